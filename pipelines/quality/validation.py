from dataclasses import dataclass
from typing import Any

import great_expectations as gx
import pandas as pd

from pipelines.quality.gates import Gate
from pipelines.quality.suites import suite
from pipelines.settings import PipelineSettings


@dataclass(frozen=True)
class Verdict:
    """What a suite made of a frame; `faults` holds one sentence per expectation that was not met."""

    passed: bool
    evaluated: int
    faults: tuple[str, ...]


def validate(gate: Gate, frame: pd.DataFrame, settings: PipelineSettings | None = None) -> Verdict:
    """Judge the frame by the gate's suite; with settings, add the result to the Data Docs."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas("frames")
        .add_dataframe_asset(".".join(gate.asset))
        .add_batch_definition_whole_dataframe(gate.name)
    )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=gate.name, data=batch, suite=context.suites.add(suite(gate.name)))
    )
    result = definition.run(batch_parameters={"dataframe": frame})
    if settings is not None:
        _write_docs(context, gate, settings)
    unmet = [each for each in result.results if not each.success]
    return Verdict(
        passed=bool(result.success),
        evaluated=len(result.results),
        faults=tuple(_sentence(each) for each in unmet),
    )


def _write_docs(context: Any, gate: Gate, settings: PipelineSettings) -> None:
    context.add_data_docs_site(
        site_name=gate.name,
        site_config={
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(settings.data_docs / gate.name),
            },
        },
    )
    context.build_data_docs(site_names=[gate.name])


def _sentence(result: Any) -> str:
    arguments = dict(result.expectation_config.kwargs)
    arguments.pop("batch_id", None)
    column = arguments.pop("column", None) or f"{arguments.pop('column_A')} and {arguments.pop('column_B')}"
    rule = result.expectation_config.type.removeprefix("expect_").replace("_", " ")
    bounds = ", ".join(f"{name} {value}" for name, value in arguments.items() if value is not None)
    seen = result.result.get("partial_unexpected_list") or []
    examples = f", found {', '.join(map(str, seen[:3]))}" if seen else ""
    return f"{column}: {rule} ({bounds}){examples}"
