from collections.abc import Iterator, Sequence
from importlib.metadata import version

import dagster as dg

from pipelines.defs.publication.assets import PUBLICATIONS
from pipelines.defs.publication.check_results import summarise_checks
from pipelines.defs.publication.publish import ALL_PUBLISHED, publish
from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.defs.rebuild.comparison import Comparison, compare_table, record_comparisons
from pipelines.defs.warehouse.build import KEPT_FROM_BUILD_TO_BUILD, run_dbt
from pipelines.metadata.facts import look_at
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.postgres import Postgres

COMPARISONS = dg.AssetKey(["serving", "rebuild_comparisons"])
INCREMENTS_ARE_THE_WHOLE = "increments_are_the_whole"


@dg.asset(
    key=COMPARISONS,
    deps=[PUBLICATIONS, *(["serving", table] for table in PUBLISHED_TABLES)],
    check_specs=[
        dg.AssetCheckSpec(
            INCREMENTS_ARE_THE_WHOLE,
            asset=COMPARISONS,
            description="What increments have published is what a build from the first event gives.",
        )
    ],
    group_name="publication",
    owners=["team:analytics"],
    kinds={"postgres", "dbt"},
    description="One row per rebuild and published table: how many rows differed from what increments made.",
)
def rebuild_comparisons(
    context: dg.AssetExecutionContext, postgres: Postgres, build_lock: BuildLock
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """Build anew what is kept from build to build, compare it with what was published, publish what differs.

    The facts are those that the run has built and published a moment ago, and none of the tables that are
    made anew reads the operational tables: what differs differs by the increments alone.
    """
    build_lock.confirm()
    run_dbt(["build", "--full-refresh", "--select", KEPT_FROM_BUILD_TO_BUILD])
    build_lock.confirm()
    with postgres.transaction() as connection:
        connection.execute("set local work_mem = '128MB'")
        found = [compare_table(connection, table) for table in PUBLISHED_TABLES]
        record_comparisons(connection, context.run_id, found)
        if any(comparison.differing for comparison in found):
            publish(
                connection,
                run_id=context.run_id,
                code_version=version("sluice"),
                check_results=summarise_checks(context.instance, context.run_id),
            )
        else:
            connection.execute(ALL_PUBLISHED)
    yield _verdict(found)
    facts = look_at(postgres, [COMPARISONS], columns_of=[COMPARISONS])
    yield dg.MaterializeResult(metadata={**facts.describe(COMPARISONS), "rows_added": len(found)})


def _verdict(found: Sequence[Comparison]) -> dg.AssetCheckResult:
    differing = [comparison for comparison in found if comparison.differing]
    return dg.AssetCheckResult(
        passed=not differing,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(map(told, differing)) or None,
        metadata={
            "tables": len(found),
            "rows": sum(comparison.rows for comparison in found),
            **{f"examples of {each.table}": dg.MetadataValue.json(each.examples) for each in differing},
        },
    )


def told(comparison: Comparison) -> str:
    counts = {"changed": comparison.changed, "missing": comparison.missing, "surplus": comparison.surplus}
    parts = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"{comparison.table}: {comparison.differing} of {comparison.rows} rows differ ({parts})"
