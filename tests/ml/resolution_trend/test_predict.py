"""Forecasts of the median of days to come, on desks whose law is known."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from ml.backtest import FitError
from ml.conformal import LEVELS
from ml.forecast import Forecast
from ml.metrics import FloatArray
from ml.resolution_trend import CHEAP, all_candidates, forecast_trend
from ml.resolution_trend.candidates import Candidate
from ml.resolution_trend.cohorts import Cohorts

AS_OF = pd.Timestamp("2026-06-01 09:30")
NO_HOLDS = pd.DataFrame({name: pd.to_datetime([]) for name in ("held_at", "resumed_at")}).assign(ticket=[])


def desk(days: int = 200, *, weekend: float = 1.0, spread: float = 0.5, seed: int = 5) -> pd.DataFrame:
    """Thirty tickets a day with a median of ten hours, on weekends `weekend` times as much."""
    generator = np.random.default_rng(seed)
    minutes = np.sort(generator.integers(0, days * 1440, size=30 * days))
    created = (AS_OF - pd.Timedelta(days=days)).floor("D") + pd.to_timedelta(minutes, unit="min")
    hours = 10 * np.exp(spread * generator.standard_normal(len(created)))
    hours = np.where(created.day_of_week >= 5, weekend * hours, hours)
    tickets = pd.DataFrame({"created_at": created, "ended_at": created + pd.to_timedelta(hours, unit="h")})
    return known(tickets.assign(is_resolved=True))


def known(tickets: pd.DataFrame) -> pd.DataFrame:
    """Those that had come, without ends that had not."""
    tickets = tickets[tickets["created_at"] < AS_OF].reset_index(drop=True)
    is_over = tickets["ended_at"] < AS_OF
    return tickets.assign(ended_at=tickets["ended_at"].where(is_over), is_resolved=is_over)


def forecast(
    tickets: pd.DataFrame,
    holds: pd.DataFrame = NO_HOLDS,
    candidates: Mapping[str, Candidate] = CHEAP,
) -> Forecast:
    return forecast_trend(tickets, holds, as_of=AS_OF.tz_localize(UTC).to_pydatetime(), candidates=candidates)


def test_a_steady_desk_goes_on() -> None:
    told = forecast(desk())
    assert told.points["predicted"].to_numpy() == pytest.approx(10, rel=0.06)
    assert told.points["ds"].iloc[0] == AS_OF.date()
    assert len(told.points) == 28
    assert told.warnings == []


def test_the_week_is_found() -> None:
    told = forecast(desk(weekend=4))
    weekday = pd.to_datetime(told.points["ds"]).dt.day_of_week
    assert told.champion.startswith("weekday")
    assert not told.fallback
    assert told.points.loc[weekday >= 5, "predicted"].to_numpy() == pytest.approx(40, rel=0.25)
    assert told.points.loc[weekday < 5, "predicted"].to_numpy() == pytest.approx(10, rel=0.15)
    assert told.quality["error_factor"] < 0.95 * told.quality["baseline_error_factor"]


def test_bands_hold_as_often_as_they_say() -> None:
    """Each day is judged from four origins, so that one desk alone says less than its count of days."""
    qualities = [forecast(desk(seed=seed)).quality for seed in range(6)]
    for level in LEVELS:
        held = np.mean([quality["coverage"][f"{level:.2f}"] for quality in qualities])
        assert held == pytest.approx(level, abs=0.04)
    assert min(quality["coverage_days"] for quality in qualities) > 300


def test_bands_nest() -> None:
    points = forecast(desk(60)).points
    columns = ("lower_95", "lower_90", "lower_80", "predicted", "upper_80", "upper_90", "upper_95")
    for lower, upper in pairwise(columns):
        assert (points[lower] <= points[upper]).all()
    assert (points["lower_95"] > 0).all()


def test_open_tickets_are_no_quick_ones() -> None:
    """Were only resolved tickets looked at, the last days would have none that took long."""
    tickets = desk(spread=2.5)
    told = forecast(tickets).points["predicted"].to_numpy()
    assert told == pytest.approx(10, rel=0.3)


def test_holds_do_not_count() -> None:
    tickets = desk()
    half = (tickets["ended_at"].fillna(AS_OF) - tickets["created_at"]) / 2
    holds = pd.DataFrame({
        "ticket": tickets.index,
        "held_at": tickets["created_at"],
        "resumed_at": tickets["created_at"] + half,
    })  # fmt: skip
    assert forecast(tickets, holds).points["predicted"].to_numpy() == pytest.approx(5, rel=0.1)


def test_a_young_desk_says_so() -> None:
    told = forecast(desk(12))
    assert told.fallback
    assert told.points["predicted"].to_numpy() == pytest.approx(10, rel=0.2)
    assert "too short" in told.warnings[0]
    assert told.quality["origins"] == 0


def test_one_ticket_is_enough_to_say_something() -> None:
    day = pd.Timedelta(days=1)
    one = pd.DataFrame({"created_at": [AS_OF - 2 * day], "ended_at": [AS_OF - day], "is_resolved": [True]})
    assert forecast(one).points["predicted"].to_numpy() == pytest.approx(24)


@pytest.mark.parametrize("count", [0, 3])
def test_without_a_resolution_nothing_is_told(count: int) -> None:
    tickets = desk(5).head(count).assign(ended_at=pd.NaT, is_resolved=False)
    told = forecast(tickets)
    assert (len(told.points), told.fallback, told.n_obs) == (0, True, count)
    assert told.warnings == ["No ticket has been resolved yet; how long they will take is not known."]


def test_cancelled_tickets_are_not_resolved_ones() -> None:
    tickets = desk()
    quick = tickets.assign(ended_at=tickets["created_at"] + pd.Timedelta(minutes=5), is_resolved=False)
    both = pd.concat([tickets, quick], ignore_index=True)
    told = forecast(both.sort_values("created_at", ignore_index=True))
    assert told.points["predicted"].to_numpy() == pytest.approx(10, rel=0.1)


def test_it_is_told_again_the_same() -> None:
    tickets = desk(90)
    assert forecast(tickets).points.equals(forecast(tickets).points)


def test_the_days_begin_with_that_of_the_data() -> None:
    points = forecast_trend(
        desk(60), NO_HOLDS, as_of=datetime(2026, 6, 3, tzinfo=UTC), candidates=CHEAP
    ).points
    assert str(points["ds"].iloc[0]) == "2026-06-03"


def test_a_trend_is_followed_by_prophet_alone() -> None:
    """Halving every month: medians of the past weeks are always too high."""
    tickets = desk(120)
    months = (tickets["created_at"] - tickets["created_at"].iloc[0]) / pd.Timedelta(days=30)
    took = (tickets["ended_at"].fillna(AS_OF) - tickets["created_at"]) * 0.5**months
    told = forecast(
        known(tickets.assign(ended_at=tickets["created_at"] + took)), candidates=all_candidates(1)
    )
    errors = told.quality["candidates"]
    assert errors["prophet"] < errors["recent_median"] - 0.1


def test_a_candidate_that_cannot_be_fitted_is_left_out() -> None:
    def failing(_known: Cohorts, _today: int, _days: int) -> FloatArray:
        raise FitError("no")

    told = forecast(desk(90), candidates=CHEAP | {"failing": failing})
    assert "failing" not in told.quality["candidates"]
    assert len(told.points) == 28
