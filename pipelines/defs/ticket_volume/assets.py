from collections.abc import Iterator

import dagster as dg

from pipelines.defs.ticket_volume.ledger import seal_run
from pipelines.defs.ticket_volume.series import choose_series
from pipelines.defs.ticket_volume.storage import read_volume, write_run
from pipelines.resources.postgres import Postgres

_TABLES = {
    "forecast_run": "One row per training and forecasting run of a use case; rows are never rewritten.",
    "forecast_series": "One row per series of a run: its champion and how wrong it has been.",
    "forecast_point": "One row per run, series, granularity and period: what was forecast, with its bands.",
    "forecast_seal": "One row per run: the hash of its rows and of the run before it.",
}


@dg.multi_asset(
    name="ticket_volume_forecasts",
    specs=[
        dg.AssetSpec(
            ["ml", table],
            deps=[["marts", "ticket_volume"]],
            description=description,
            group_name="ticket_volume",
            owners=["team:analytics"],
            kinds={"python", "prophet", "postgres"},
        )
        for table, description in _TABLES.items()
    ],
    retry_policy=dg.RetryPolicy(max_retries=1, delay=1),
)
def ticket_volume_forecasts(
    context: dg.AssetExecutionContext, postgres: Postgres
) -> Iterator[dg.MaterializeResult]:
    """Forecast tickets per day for the total and the largest series of each dimension."""
    # The models take seconds to import, which the web server and the sensors can do without.
    from ml.ticket_volume import MODEL_VERSION  # noqa: PLC0415
    from pipelines.defs.ticket_volume.training import HORIZON_DAYS, SEED, forecast_all  # noqa: PLC0415

    with postgres.transaction() as connection:
        volume, as_of = read_volume(connection)
    series = choose_series(volume)
    context.log.info("Forecasting %s series.", len(series))
    forecasts = forecast_all(series, as_of=as_of)
    with postgres.transaction() as connection:
        run_id = write_run(
            connection,
            list(zip(series, forecasts, strict=True)),
            data_as_of=as_of,
            model_version=MODEL_VERSION,
            params={"horizon_days": HORIZON_DAYS, "seed": SEED},
        )
        seal_run(connection, run_id)
    rows = {
        "forecast_run": 1,
        "forecast_series": len(forecasts),
        "forecast_point": sum(len(each.points) for each in forecasts),
        "forecast_seal": 1,
    }
    for table, count in rows.items():
        yield dg.MaterializeResult(
            asset_key=["ml", table],
            metadata={
                "dagster/row_count": count,
                "run_id": run_id,
                "model_version": MODEL_VERSION,
                "fallbacks": sum(each.fallback for each in forecasts),
            },
        )
