import dagster as dg
import pandas as pd

from pipelines.quality.gates import GATES, Gate
from pipelines.resources.postgres import Postgres
from pipelines.settings import PipelineSettings

# A run with this tag takes what it finds as the new normal instead of comparing it with the last publication.
ACCEPT_CHANGE_TAG = "sluice/accept_change"


def read_frame(postgres: Postgres, gate: Gate) -> pd.DataFrame:
    with postgres.transaction() as connection:
        cursor = connection.execute(gate.query)
        columns = [column.name for column in cursor.description or ()]
        return pd.DataFrame(cursor.fetchall(), columns=columns)


def gate_check(gate: Gate) -> dg.AssetChecksDefinition:
    """Make the gate an asset check: where it fails, nothing downstream of the asset runs."""

    @dg.asset_check(
        asset=dg.AssetKey(gate.asset), name=gate.name, description=gate.description, blocking=True
    )
    def check(context: dg.AssetCheckExecutionContext, postgres: Postgres) -> dg.AssetCheckResult:
        # Great Expectations takes seconds to import, which the web server and the sensors can do without.
        from pipelines.quality.validation import validate  # noqa: PLC0415

        if gate.compares_publications and ACCEPT_CHANGE_TAG in context.run.tags:
            return dg.AssetCheckResult(
                passed=True, metadata={"accepted": "the run was told to accept changes"}
            )
        settings = PipelineSettings()
        verdict = validate(gate, read_frame(postgres, gate), settings)
        return dg.AssetCheckResult(
            passed=verdict.passed,
            description="; ".join(verdict.faults) or None,
            metadata={
                "expectations": verdict.evaluated,
                "data_docs": dg.MetadataValue.path(str(settings.data_docs / gate.name / "index.html")),
            },
        )

    return check


GATE_CHECKS = [gate_check(gate) for gate in GATES]
