from collections.abc import Iterator

import dagster as dg

from pipelines.quality.gates import GATES, Gate, Stage
from pipelines.resources.frames import read_frame
from pipelines.resources.postgres import Postgres
from pipelines.settings import PipelineSettings

# A run with this tag takes what it finds as the new normal instead of comparing it with what was before.
ACCEPT_CHANGE_TAG = "sluice/accept_change"


def stage_checks(stage: Stage) -> dg.AssetChecksDefinition:
    """Make the gates of a stage asset checks: where one fails, nothing downstream of its asset runs."""
    gates = {gate.name: gate for gate in GATES if gate.stage is stage}

    @dg.multi_asset_check(
        name=f"{stage}_checks",
        specs=[
            dg.AssetCheckSpec(
                gate.name, asset=dg.AssetKey(gate.asset), description=gate.description, blocking=True
            )
            for gate in gates.values()
        ],
        can_subset=True,
    )
    def checks(context: dg.AssetCheckExecutionContext, postgres: Postgres) -> Iterator[dg.AssetCheckResult]:
        selected = {key.name for key in context.selected_asset_check_keys}
        accepts = ACCEPT_CHANGE_TAG in context.run.tags
        for name, gate in gates.items():
            if name in selected:
                yield _judge(context, gate, postgres, accepts=accepts)

    return checks


def _judge(
    context: dg.AssetCheckExecutionContext, gate: Gate, postgres: Postgres, *, accepts: bool
) -> dg.AssetCheckResult:
    # Great Expectations takes seconds to import, which the web server and the sensors can do without.
    from pipelines.quality.data_docs import write_page  # noqa: PLC0415
    from pipelines.quality.validation import validate  # noqa: PLC0415

    with postgres.transaction() as connection:
        verdict = validate(gate, read_frame(connection, gate.query))
    settings = PipelineSettings()
    try:
        write_page(settings.data_docs, gate, verdict)
    except OSError as error:
        # Where the disk is full, the verdict is what counts.
        context.log.warning("The Data Docs still show what %s found before: %s", gate.name, error)
    is_accepted = gate.compares and accepts and bool(verdict.faults)
    told = [*verdict.faults, *verdict.warnings]
    return dg.AssetCheckResult(
        check_name=gate.name,
        asset_key=dg.AssetKey(gate.asset),
        passed=verdict.passed,
        severity=dg.AssetCheckSeverity.WARN
        if is_accepted or not verdict.faults
        else dg.AssetCheckSeverity.ERROR,
        description="; ".join(told) or None,
        metadata={
            "expectations": len(verdict.findings),
            "data_docs": dg.MetadataValue.url(f"{settings.data_docs_url}{gate.name}.html"),
            **({"accepted": "the run was told to accept changes"} if is_accepted else {}),
        },
    )


GATE_CHECKS = [stage_checks(stage) for stage in Stage]
