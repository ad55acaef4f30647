"""Days off are told by what earlier ones brought, where that has helped."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.forecast import Forecast
from ml.ticket_volume import CHEAP_CANDIDATES, forecast_series
from ml.ticket_volume.holidays import holiday_factors
from tests.ml.ticket_volume.series import FIRST_DAY, day_after, office_desk

# Wednesdays to Fridays, a Saturday that brings little anyway, and a Monday and a Thursday still to come.
OFF = [31, 60, 94, 121, 149, 173, 203, 206]
DAYS = 200
HOLIDAYS = [(FIRST_DAY + timedelta(days=day)).date() for day in OFF]


def desk(share: float) -> pd.DataFrame:
    """An office that has this share of its usual tickets on days off."""
    history = office_desk(DAYS)
    history.loc[OFF[:-2], "count"] = (history.loc[OFF[:-2], "count"] * share).round()
    return history


def daily(history: pd.DataFrame, **options: Any) -> np.ndarray:
    told: Forecast = forecast_series(
        history, as_of=day_after(history), horizon_days=14, candidates=CHEAP_CANDIDATES, seed=1, **options
    )
    return told.points.query("granularity == 'daily'")["predicted"].to_numpy()


def factors(history: pd.DataFrame, origin: int) -> np.ndarray:
    series = history.set_index("day")["count"]
    return holiday_factors(series, [origin], 28, HOLIDAYS)[0]


class TestServed:
    def test_is_closed_on_the_next_day_off(self) -> None:
        aware, unaware = daily(desk(0.0), holidays=HOLIDAYS), daily(desk(0.0))

        assert aware[[3, 6]].tolist() == [0, 0]
        others = np.delete(np.arange(14), [3, 6])
        assert aware[others] == pytest.approx(unaware[others], rel=0.15, abs=1)
        assert unaware[[3, 6]].min() > 25

    def test_has_the_share_that_days_off_had(self) -> None:
        aware, unaware = daily(desk(0.3), holidays=HOLIDAYS), daily(desk(0.3))

        assert aware[3] / unaware[3] == pytest.approx(0.3, abs=0.08)

    def test_is_left_alone_where_days_off_are_like_others(self) -> None:
        np.testing.assert_allclose(daily(desk(1.0), holidays=HOLIDAYS), daily(desk(1.0)), rtol=0.1)


class TestFactors:
    def test_are_one_until_two_were_seen(self) -> None:
        assert factors(desk(0.0), 93).tolist() == [0.0 if day == 1 else 1.0 for day in range(28)]
        assert factors(desk(0.0), 59).tolist() == [1.0] * 28

    def test_know_nothing_of_later_days_off(self) -> None:
        later = desk(0.0)
        later.loc[121:, "count"] = 500.0

        assert factors(later, 120).tolist() == factors(desk(0.0), 120).tolist()

    def test_of_days_off_that_tell_nothing_of_each_other_are_one(self) -> None:
        history = desk(0.0)
        history.loc[[31, 94, 149], "count"] = 110.0

        assert factors(history, 199).tolist() == [1.0] * 28

    def test_without_any_days_off_are_one(self) -> None:
        series = desk(0.0).set_index("day")["count"]

        assert holiday_factors(series, [100, 107], 7, []).tolist() == [[1.0] * 7] * 2
