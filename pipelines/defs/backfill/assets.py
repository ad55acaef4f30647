from datetime import date

import dagster as dg

from pipelines.defs.backfill.days import Days, rebuild_days
from pipelines.defs.backfill.progress import tell
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.interrupts import ending_when_asked
from pipelines.resources.passing_faults import FROM_THE_START
from pipelines.resources.postgres import Postgres

BACKFILLS = dg.AssetKey(["serving", "backfills"])
# Imported histories begin before the desk does.
DAYS = dg.DailyPartitionsDefinition(start_date="2000-01-01", timezone="UTC", end_offset=1)


@dg.asset(
    key=BACKFILLS,
    deps=[["intermediate", "int_changes__day_digests"]],
    partitions_def=DAYS,
    # Sums go on from day to day: one run goes through all of them in their order.
    backfill_policy=dg.BackfillPolicy.single_run(),
    retry_policy=FROM_THE_START,
    group_name="publication",
    owners=["team:analytics"],
    kinds={"postgres", "dbt"},
    description="Days that were asked to be built anew, and how far that has come; a run after it publishes.",
)
def backfills(
    context: dg.AssetExecutionContext, postgres: Postgres, build_lock: BuildLock
) -> dg.MaterializeResult:
    """Build the days of the run's partitions anew; killed and started again, it goes on where it was."""
    keys = context.partition_key_range
    days = Days(date.fromisoformat(keys.start), date.fromisoformat(keys.end))
    tell(0, days.count)
    try:
        with ending_when_asked():
            build_lock.hold()
            for until in rebuild_days(days, postgres, build_lock):
                done = days.until(until)
                context.log.info("Built up to %s: %s of %s days.", until, done, days.count)
                tell(done, days.count)
    except LookupError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    return dg.MaterializeResult(metadata={"days": days.count, "published by": "the next publication"})
