import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial

from ml.ticket_volume import ALL_CANDIDATES, CHEAP_CANDIDATES, VolumeForecast, forecast_series
from pipelines.defs.ticket_volume.series import VolumeSeries

HORIZON_DAYS = 180
SEED = 20_260_101


def forecast_all(series: Sequence[VolumeSeries], *, as_of: datetime, processes: int) -> list[VolumeForecast]:
    """Forecast every series, in the order given."""
    forecast = partial(_forecast, as_of=as_of)
    if processes == 1:
        return [forecast(each) for each in series]
    # Dearest first, so that no process is left with a long fit at the end. Spawned, because a fork
    # of a process with Dagster's threads may inherit a held lock.
    dearest_first = sorted(range(len(series)), key=lambda place: not series[place].with_prophet)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=processes, mp_context=spawn) as pool:
        done = dict(
            zip(dearest_first, pool.map(forecast, [series[place] for place in dearest_first]), strict=True)
        )
    return [done[place] for place in range(len(series))]


def _forecast(series: VolumeSeries, *, as_of: datetime) -> VolumeForecast:
    return forecast_series(
        series.history,
        as_of=as_of,
        horizon_days=HORIZON_DAYS,
        candidates=ALL_CANDIDATES if series.with_prophet else CHEAP_CANDIDATES,
        seed=SEED,
    )
