import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import prophet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.forecast import Forecast
from ml.ticket_volume import (
    ALL_CANDIDATES,
    CHEAP_CANDIDATES,
    VolumeModel,
    forecast_series,
    learn_series,
    reconcile,
)
from ml.ticket_volume.baseline import BASELINES
from tests.ml.ticket_volume.series import FIRST_DAY, day_after, history_of, office_desk

COLUMNS = [
    *("granularity", "ds", "predicted"),
    *("lower_80", "upper_80", "lower_90", "upper_90", "lower_95", "upper_95"),
]


def forecast(history: pd.DataFrame, **options: Any) -> Forecast:
    arguments = {"as_of": day_after(history), "candidates": CHEAP_CANDIDATES, "seed": 1} | options
    return forecast_series(history, **arguments)


def assert_servable(result: Forecast) -> None:
    """What the published table's own constraints demand, and JSON besides."""
    assert list(result.points.columns) == COLUMNS
    ladder = ["lower_95", "lower_90", "lower_80", "predicted", "upper_80", "upper_90", "upper_95"]
    numbers = result.points[ladder].to_numpy()
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()
    assert (np.diff(numbers, axis=1) >= 0).all()
    assert not result.points.duplicated(["granularity", "ds"]).any()
    json.dumps([result.quality, result.warnings], allow_nan=False)


SPIKE = np.concatenate([np.full(50, 5.0), [1e6], np.full(20, 5.0)])
GAP = np.concatenate([np.full(60, 20.0), np.zeros(60), np.full(30, 20.0)])
AWKWARD = {
    "nothing yet": np.empty(0),
    "one day": np.array([3.0]),
    "six days": np.arange(6.0),
    "thirteen days": np.arange(13.0),
    "four weeks": np.arange(28.0),
    "just enough to judge": np.arange(35.0),
    "all zero": np.zeros(120),
    "constant": np.full(120, 7.0),
    "one huge spike": SPIKE,
    "a gap of sixty days": GAP,
    "rarely anything": np.where(np.arange(400) % 20 == 0, 1.0, 0.0),
    "falling to nothing": np.maximum(100 - np.arange(120.0), 0),
    "a new level since last week": np.concatenate([np.full(113, 10.0), np.full(7, 90.0)]),
}


class TestAnyHistory:
    @pytest.mark.parametrize("counts", AWKWARD.values(), ids=AWKWARD.keys())
    def test_is_forecast_with_every_candidate(self, counts: np.ndarray) -> None:
        assert_servable(forecast(history_of(counts), candidates=ALL_CANDIDATES))

    @settings(max_examples=60)
    @given(
        counts=st.lists(st.integers(0, 5000), max_size=150),
        horizon=st.integers(1, 180),
        offset=st.integers(0, 40),
    )
    def test_gives_nested_non_negative_intervals(self, counts: list[int], horizon: int, offset: int) -> None:
        history = history_of(counts)
        result = forecast(history, horizon_days=horizon, as_of=day_after(history) + timedelta(days=offset))

        assert_servable(result)
        assert (result.points["granularity"] == "daily").sum() == horizon

    @pytest.mark.parametrize(
        ("days", "champion"), [(0, "mean"), (6, "mean"), (7, "seasonal_naive"), (27, "seasonal_naive")]
    )
    def test_too_short_to_judge_falls_back_and_says_so(self, days: int, champion: str) -> None:
        result = forecast(office_desk(days))

        assert (result.champion, result.fallback, result.n_obs) == (champion, True, days)
        assert result.warnings[0].startswith(f"{days} days of history are too few")
        assert result.quality["wape"] is None

    def test_of_nothing_expects_nothing(self) -> None:
        result = forecast(history_of([]))

        assert (result.train_start, result.train_end) == (None, None)
        assert (result.points["predicted"] == 0).all()

    @pytest.mark.parametrize("level", [0.1, 0.3, 2.0])
    def test_of_rare_tickets_keeps_their_sum(self, level: float) -> None:
        rng = np.random.default_rng(8)
        desks = [history_of(rng.poisson(level, 300)) for _ in range(8)]

        expected = [forecast(desk, horizon_days=28).points.query("granularity == 'daily'") for desk in desks]

        usual = np.mean([desk["count"][-182:].mean() for desk in desks])
        assert np.mean([each["predicted"].mean() for each in expected]) == pytest.approx(usual, rel=0.3)

    def test_that_ended_is_forecast_as_silence_with_a_warning(self) -> None:
        history = office_desk(200)
        result = forecast(history, as_of=day_after(history) + timedelta(days=120))

        assert result.points["predicted"].max() == 0
        assert result.warnings == ["No ticket has come for 120 days; the forecast follows the silence."]


class TestPoints:
    def test_begin_on_the_running_day(self) -> None:
        result = forecast(office_desk(100), horizon_days=3)
        daily = result.points[result.points["granularity"] == "daily"]

        assert daily["ds"].dt.date.tolist() == [
            (FIRST_DAY + timedelta(days=day)).date() for day in (100, 101, 102)
        ]
        assert (result.train_start, result.train_end) == (FIRST_DAY.date(), date(2024, 4, 9))

    def test_weeks_and_months_add_up_the_days(self) -> None:
        # 2024-04-29 is a Monday, and the first of May comes two days later.
        points = forecast(office_desk(119), horizon_days=180).points
        daily = points[points["granularity"] == "daily"].set_index("ds")["predicted"]
        weekly = points[points["granularity"] == "weekly"].set_index("ds")["predicted"]
        monthly = points[points["granularity"] == "monthly"].set_index("ds")["predicted"]

        assert weekly["2024-04-29"] == pytest.approx(daily["2024-04-29":"2024-05-05"].sum())
        assert monthly["2024-05-01"] == pytest.approx(daily["2024-05-01":"2024-05-31"].sum())


class TestChampion:
    def test_the_blend_wins_where_there_is_something_to_learn(self) -> None:
        result = forecast(office_desk(300, drift=0.02), candidates=ALL_CANDIDATES)

        assert (result.champion, result.fallback) == ("blend", False)
        served, baseline = (
            result.quality["candidates"][name]["28"]["mae"] for name in ("blend", result.quality["baseline"])
        )
        assert served < baseline

    def test_a_baseline_is_served_where_nothing_can_be_gained(self) -> None:
        result = forecast(history_of(np.tile([9.0, 8, 7, 6, 5, 0, 0], 20)), candidates=ALL_CANDIDATES)

        assert result.fallback
        assert (result.quality["mae"], result.quality["weights"]) == (0, {})

    def test_quality_says_how_wrong_it_has_been(self) -> None:
        quality = forecast(office_desk(300), candidates=ALL_CANDIDATES).quality

        assert set(quality["candidates"]) == {*BASELINES, *ALL_CANDIDATES, "blend"}
        assert quality["origins"] == quality["candidates"]["prophet"]["28"]["origins"] == 12
        assert 0 < quality["wape"] < 0.3
        assert 0 < quality["mase"] < 1
        assert 0.7 < quality["coverage"]["0.80"] <= quality["coverage"]["0.95"] <= 1
        assert all(
            sum(weights.values()) == pytest.approx(1, abs=0.01) for weights in quality["weights"].values()
        )

    def test_a_new_level_moves_the_weight_within_two_weeks(self) -> None:
        history = office_desk(200)
        history.loc[186:, "count"] *= 2
        before, after = (
            forecast(history[:days], as_of=FIRST_DAY + timedelta(days=days, hours=9)).quality["weights"]
            for days in (186, 200)
        )

        heaviest = [max(each["first_week"], key=each["first_week"].get) for each in (before, after)]
        assert heaviest[0] in {"harmonic", "theta", "robust_level", "yearly", "weekday_median"}
        assert heaviest[1] in {"seasonal_naive", "smoothed_weekday"}


class TestClosedWeekdays:
    def test_expect_nothing_and_take_nothing_from_the_bands_of_others(self) -> None:
        rng = np.random.default_rng(4)
        open_days = np.arange(210) % 7 < 5
        history = history_of(np.where(open_days, rng.poisson(30, 210), 0))
        daily = forecast(history, horizon_days=28).points.query("granularity == 'daily'")

        closed = daily["ds"].dt.day_of_week >= 5
        assert (daily.loc[closed, "upper_95"] == 0).all()
        # A Poisson count of 30 strays by 1.28 x 5.5 in a fifth of the cases.
        reach = (daily["upper_80"] - daily["predicted"])[~closed]
        assert reach.between(5, 10).all()


class TestParts:
    def parts_of(self, whole: pd.DataFrame, share: float) -> list[pd.DataFrame]:
        rng = np.random.default_rng(2)
        first = rng.binomial(whole["count"].astype(int), share)
        return [history_of(first), history_of(whole["count"] - first)]

    def learn(self, history: pd.DataFrame, **options: Any) -> VolumeModel:
        return learn_series(history, as_of=day_after(history), candidates=CHEAP_CANDIDATES, seed=1, **options)

    @pytest.mark.parametrize("share", [0.5, 0.02])
    def test_add_up_to_the_whole_in_every_period(self, share: float) -> None:
        history = office_desk(200)
        whole = self.learn(history)
        parts = reconcile(whole, [self.learn(part) for part in self.parts_of(history, share)])

        together = sum(part.forecast().points["predicted"] for part in parts)
        assert together.to_numpy() == pytest.approx(whole.forecast().points["predicted"].to_numpy())
        for part in parts:
            assert_servable(part.forecast())

    def test_share_what_none_of_them_expects(self) -> None:
        silent = self.learn(history_of(np.zeros(60)))
        whole = self.learn(history_of(np.full(60, 4.0)))

        told = [part.served.path for part in reconcile(whole, [silent, silent])]

        assert told[0] == pytest.approx(np.full(len(told[0]), 2.0))
        assert told[1] == pytest.approx(told[0])

    def test_a_young_one_borrows_the_week_and_says_so(self) -> None:
        history = office_desk(200)
        whole = self.learn(history)
        young = history[190:].assign(count=history["count"] / 2)

        served = learn_series(
            young, as_of=day_after(history), candidates=CHEAP_CANDIDATES, seed=1, whole=whole
        ).served

        assert served.champion == "pooled_weekday"
        assert served.warnings[-1] == "Until then its week is taken from all tickets."
        usual, borrowed = whole.served.path[:7], served.path[:7]
        assert borrowed / borrowed.sum() == pytest.approx(usual / usual.sum(), abs=0.05)
        assert borrowed.sum() == pytest.approx(usual.sum() / 2, rel=0.25)


class TestNoLeakage:
    def test_the_running_day_and_the_future_change_nothing(self) -> None:
        history = office_desk(100)
        later = history.copy()
        later.loc[70:, "count"] = np.random.default_rng(0).permutation(later.loc[70:, "count"]) * 50
        as_of = FIRST_DAY + timedelta(days=70, hours=13)

        told, untold, deleted = (
            forecast(each, as_of=as_of, candidates=ALL_CANDIDATES) for each in (later, history, history[:70])
        )

        pd.testing.assert_frame_equal(told.points, untold.points)
        pd.testing.assert_frame_equal(deleted.points, untold.points)
        assert told.quality == untold.quality == deleted.quality


class TestSameAnswer:
    def test_for_the_same_seed(self) -> None:
        first, second = (forecast(office_desk(63, drift=0.02), candidates=ALL_CANDIDATES) for _ in range(2))

        pd.testing.assert_frame_equal(first.points, second.points)
        assert first.quality == second.quality

    def test_for_rows_in_any_order_and_zeros_left_out(self) -> None:
        history = office_desk(120)
        sparse = history[history["count"] > 0].sample(frac=1, random_state=3)

        pd.testing.assert_frame_equal(
            forecast(sparse, as_of=day_after(history)).points, forecast(history).points
        )


class TestWhenProphetFails:
    @pytest.mark.parametrize("from_days", [50, 77], ids=["in the backtest", "in the last fit"])
    def test_the_others_are_blended_without_it(self, monkeypatch: pytest.MonkeyPatch, from_days: int) -> None:
        history = office_desk(77)
        real = prophet.Prophet.fit

        def fit(self: prophet.Prophet, df: pd.DataFrame, **options: Any) -> prophet.Prophet:
            if len(df) >= from_days:
                raise RuntimeError("the optimisation did not converge")
            return real(self, df, **options)

        monkeypatch.setattr(prophet.Prophet, "fit", fit)

        result = forecast(history, candidates=ALL_CANDIDATES)

        assert "prophet" not in result.quality["candidates"]
        assert result.warnings == ["prophet was left out: Prophet could not be fitted (RuntimeError)."]
        pd.testing.assert_frame_equal(result.points, forecast(history).points)


class TestArguments:
    @pytest.mark.parametrize("horizon", [0, -1, 181])
    def test_horizon_has_bounds(self, horizon: int) -> None:
        with pytest.raises(ValueError, match=f"horizon_days is {horizon}; give 1 to 180"):
            forecast(office_desk(60), horizon_days=horizon)

    def test_candidates_are_known(self) -> None:
        with pytest.raises(ValueError, match="'oracle'"):
            forecast(office_desk(60), candidates=["oracle"])
