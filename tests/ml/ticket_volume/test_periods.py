import numpy as np
import pandas as pd
import pytest

from ml.ticket_volume.intervals import Calibration
from ml.ticket_volume.periods import Periods, forecast_periods, forecast_points


def by_granularity(first_day: str, horizon_days: int) -> dict[str, Periods]:
    return {each.granularity: each for each in forecast_periods(pd.Timestamp(first_day), horizon_days)}


class TestForecastPeriods:
    @pytest.mark.parametrize(
        ("horizon", "weeks", "months"), [(1, 1, 1), (13, 1, 1), (14, 2, 1), (60, 8, 2), (180, 25, 6)]
    )
    def test_gives_as_many_as_fit_the_horizon_and_one_at_least(
        self, horizon: int, weeks: int, months: int
    ) -> None:
        periods = by_granularity("2026-02-14", horizon)

        assert [len(each.starts) for each in periods.values()] == [horizon, weeks, months]

    def test_weeks_begin_on_monday_and_months_on_the_first(self) -> None:
        periods = by_granularity("2026-02-14", 60)

        assert list(periods["weekly"].starts[:2]) == [pd.Timestamp("2026-02-09"), pd.Timestamp("2026-02-16")]
        assert list(periods["monthly"].starts) == [pd.Timestamp("2026-02-01"), pd.Timestamp("2026-03-01")]
        assert periods["monthly"].end == pd.Timestamp("2026-04-01")

    def test_a_period_that_just_begins_is_the_first(self) -> None:
        periods = by_granularity("2026-06-01", 30)

        assert periods["weekly"].starts[0] == periods["monthly"].starts[0] == pd.Timestamp("2026-06-01")

    def test_knows_leap_years(self) -> None:
        assert by_granularity("2028-02-10", 7)["monthly"].end == pd.Timestamp("2028-03-01")


class TestForecastPoints:
    def test_the_running_week_adds_what_has_passed_to_what_is_forecast(self) -> None:
        thursday = pd.Timestamp("2026-02-12")
        known = pd.Series(10.0, index=pd.date_range(end="2026-02-11", periods=28))
        path = pd.Series(4.0, index=pd.date_range(thursday, periods=40))
        points = forecast_points(
            known, path, forecast_periods(thursday, 14), Calibration.without_backtest(known.to_numpy())
        )
        weeks = points[points["granularity"] == "weekly"]

        assert weeks["predicted"].tolist() == [3 * 10 + 4 * 4, 7 * 4]
        assert weeks["lower_95"].iloc[0] >= 30
        assert np.isclose(points.loc[points["granularity"] == "monthly", "predicted"].sum(), 11 * 10 + 17 * 4)
