import dagster as dg

from pipelines.defs.ticket_volume.ledger import find_broken_seal_of_newest, find_broken_seals
from pipelines.resources.postgres import Postgres


@dg.asset_check(
    asset=dg.AssetKey(["ml", "forecast_seal"]),
    description="Every forecast that was ever issued is still what it was when it was issued.",
)
def ledger_is_as_it_was_sealed(postgres: Postgres) -> dg.AssetCheckResult:
    """Warn, not stop: the new forecasts are sound, and are not to wait for somebody to look into old ones."""
    with postgres.transaction() as connection:
        broken = list(find_broken_seals(connection))
    return dg.AssetCheckResult(
        passed=not broken,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(broken[:10]) or None,
        metadata={"broken_runs": len(broken)},
    )


@dg.asset_check(
    asset=dg.AssetKey(["build", "forecast_points"]),
    blocking=True,
    description="The forecast that is served is what it was when it was issued.",
)
def served_forecast_is_as_it_was_sealed(postgres: Postgres) -> dg.AssetCheckResult:
    """Stop, unlike for older ones: readers would get these numbers. A training makes new ones."""
    with postgres.transaction() as connection:
        broken = find_broken_seal_of_newest(connection)
    return dg.AssetCheckResult(passed=broken is None, description=broken)
