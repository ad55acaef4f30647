from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.defs.ticket_volume.ledger import seal_run
from pipelines.defs.ticket_volume.series import choose_series
from pipelines.defs.ticket_volume.storage import (
    read_holidays,
    read_hours,
    read_volume,
    replace_backtest,
    write_hours,
    write_run,
)
from pipelines.metadata.facts import Metadata, look_at
from pipelines.metadata.figures import forecast_figures
from pipelines.resources.postgres import Postgres

if TYPE_CHECKING:
    from ml.forecast import Forecast

_TABLES = {
    "forecast_run": "One row per training and forecasting run of a use case; rows are never rewritten.",
    "forecast_series": "One row per series of a run: its champion and how wrong it has been.",
    "forecast_point": "One row per run, series, granularity and period: what was forecast, with its bands.",
    "forecast_hours": "One row per series of a run: the hours of the days that its forecast begins with.",
    "forecast_seal": "One row per run: the hash of its rows and of the run before it.",
    "forecast_backtest": "One row per series and day before the newest run: what it would have forecast.",
}
_LEARNT_FROM = [
    ["marts", table]
    for table in ("ticket_volume", "ticket_volume_by_hour", "days_off", "fct_tickets", "fct_status_intervals")
]


@dg.multi_asset(
    name="ticket_volume_forecasts",
    specs=[
        dg.AssetSpec(
            ["ml", table],
            deps=_LEARNT_FROM,
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
    """Forecast how many tickets come, of all and of the largest parts, and how long they will take."""
    # The models take seconds to import, which the web server and the sensors can do without.
    from ml.ticket_volume import MODEL_VERSION  # noqa: PLC0415
    from pipelines.defs.ticket_volume.hours import forecast_hours  # noqa: PLC0415
    from pipelines.defs.ticket_volume.resolution import (  # noqa: PLC0415
        forecast_resolutions,
        read_resolutions,
        write_resolutions,
    )
    from pipelines.defs.ticket_volume.training import HORIZON_DAYS, SEED, learn_all  # noqa: PLC0415

    began = perf_counter()
    with postgres.transaction() as connection:
        volume, as_of = read_volume(connection)
        series = choose_series(volume)
        histories = read_hours(connection, series)
        holidays = read_holidays(connection)
        resolutions = read_resolutions(connection)
    context.log.info("Forecasting %s series.", len(series))
    models = learn_all(series, as_of=as_of, holidays=holidays)
    forecasts = [model.forecast() for model in models]
    hours = forecast_hours(series, models, histories)
    trend = forecast_resolutions(resolutions, as_of=as_of, seed=SEED)
    with postgres.transaction() as connection:
        run_id = write_run(
            connection,
            [(each.series_key, each.filters, told) for each, told in zip(series, forecasts, strict=True)],
            kind="ticket_volume",
            data_as_of=as_of,
            model_version=MODEL_VERSION,
            params={"horizon_days": HORIZON_DAYS, "seed": SEED},
        )
        write_hours(connection, run_id, series, hours)
        seal_run(connection, run_id)
        past_days = replace_backtest(connection, run_id, series, models)
        write_resolutions(connection, resolutions, trend, data_as_of=as_of, seed=SEED)
    added = {
        "forecast_run": 2,
        "forecast_series": len(forecasts) + 1,
        "forecast_point": sum(len(each.points) for each in [*forecasts, trend]),
        "forecast_hours": len(hours),
        "forecast_seal": 2,
        "forecast_backtest": past_days,
    }
    figures = {
        "run_id": run_id,
        "model_version": MODEL_VERSION,
        "seconds": round(perf_counter() - began, 3),
        **_figures(forecasts, trend),
    }
    yield from _materializations(postgres, added, figures)


def _materializations(
    postgres: Postgres, added: Mapping[str, int], figures: Metadata
) -> Iterator[dg.MaterializeResult]:
    keys = {table: dg.AssetKey(["ml", table]) for table in added}
    facts = look_at(postgres, keys.values(), columns_of=keys.values())
    for table, key in keys.items():
        metadata = {**facts.describe(key), "rows_added": added[table], **figures}
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def _figures(forecasts: "Sequence[Forecast]", trend: "Forecast") -> Metadata:
    """How the newest run does: of all tickets, which come first, of their resolution times, of the parts."""
    of_all = forecast_figures(forecasts[0], prefix="tickets") if forecasts else {}
    return {
        "fallbacks": sum(each.fallback for each in [*forecasts, trend]),
        "champions": dict(Counter(each.champion for each in forecasts)),
        **of_all,
        **forecast_figures(trend, prefix="resolution"),
    }
