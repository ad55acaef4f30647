from collections.abc import Sequence
from datetime import datetime

from ml.ticket_volume import ALL_CANDIDATES, CHEAP_CANDIDATES, VolumeForecast, forecast_series
from pipelines.defs.ticket_volume.series import VolumeSeries

HORIZON_DAYS = 180
SEED = 20_260_101


def forecast_all(series: Sequence[VolumeSeries], *, as_of: datetime) -> list[VolumeForecast]:
    """Forecast every series, in the order given."""
    return [
        forecast_series(
            each.history,
            as_of=as_of,
            horizon_days=HORIZON_DAYS,
            candidates=ALL_CANDIDATES if each.with_prophet else CHEAP_CANDIDATES,
            seed=SEED,
        )
        for each in series
    ]
