import logging
import os
from dataclasses import dataclass
from functools import cache
from typing import Any

# Older versions that we allow tell their makers of every validation, unless they are imported with this.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd

from pipelines.quality.gates import Gate
from pipelines.quality.suites import suite

# Where it keeps its temporary files is nothing that anybody could act on.
logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Finding:
    """One expectation and what came of it; `found` is what was seen beside or instead of it."""

    sentence: str
    found: str
    passed: bool
    blocks: bool


@dataclass(frozen=True)
class Verdict:
    """What a suite made of a frame; `faults` stop a publication, `warnings` are told with it."""

    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(each.sentence for each in self.findings if each.blocks and not each.passed)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(each.sentence for each in self.findings if not each.blocks and not each.passed)

    @property
    def passed(self) -> bool:
        return not self.faults and not self.warnings


def validate(gate: Gate, frame: pd.DataFrame) -> Verdict:
    """Judge the frame by the gate's suite."""
    batch = _batches(gate).get_batch(batch_parameters={"dataframe": frame})
    result = batch.validate(suite(gate.name))
    return Verdict(tuple(_finding(each) for each in result.results))


@cache
def _batches(gate: Gate) -> Any:
    return _source().add_dataframe_asset(gate.name).add_batch_definition_whole_dataframe(gate.name)


@cache
def _source() -> Any:
    """One context for all gates of a process: what it keeps of a suite or a frame is nothing."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context.data_sources.add_pandas("frames")


def _finding(result: Any) -> Finding:
    told = result.result
    seen = told.get("partial_unexpected_list") or []
    found = f"found {', '.join(map(str, seen[:3]))}" if seen else ""
    if result.exception_info.get("exception_message"):
        found = "could not be judged: " + " ".join(str(result.exception_info["exception_message"]).split())
    return Finding(
        sentence=", ".join(part for part in (_rule(result.expectation_config), found) if part),
        found=found or f"{told.get('element_count', 0)} rows, {told.get('missing_count', 0)} without a value",
        passed=bool(result.success),
        blocks=str(result.expectation_config.severity.value) != "warning",
    )


def _rule(config: Any) -> str:
    arguments = {name: value for name, value in config.kwargs.items() if name != "batch_id"}
    column = arguments.pop("column", None) or f"{arguments.pop('column_A')} and {arguments.pop('column_B')}"
    rule = config.type.removeprefix("expect_").replace("_", " ")
    bounds = ", ".join(f"{name} {value}" for name, value in arguments.items() if value is not None)
    return f"{column}: {rule} ({bounds})" if bounds else f"{column}: {rule}"
