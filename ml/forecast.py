"""What is told of days to come, whatever of them is forecast."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from ml.conformal import LEVELS

POINT_COLUMNS = (
    "granularity",
    "ds",
    "predicted",
    *(f"{bound}_{level * 100:.0f}" for level in LEVELS for bound in ("lower", "upper")),
)


@dataclass(frozen=True)
class Forecast:
    """One series' forecast; `points` has one row per granularity and first day, in `POINT_COLUMNS`."""

    points: pd.DataFrame
    champion: str
    fallback: bool
    n_obs: int
    train_start: date | None
    train_end: date | None
    quality: dict[str, Any]
    warnings: list[str]
    model_version: str
