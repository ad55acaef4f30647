"""What each candidate makes of histories that show what it is for."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.backtest import FitError
from ml.ticket_volume import ALL_CANDIDATES, CHEAP_CANDIDATES, prophet_fit
from ml.ticket_volume.train import check_candidates, fitters
from tests.ml.ticket_volume.series import FIRST_DAY, history_of, office_desk

WEEK = np.array([9.0, 8, 7, 6, 5, 0, 0])
Predict = Callable[..., np.ndarray]


def series_of(history: pd.DataFrame) -> "pd.Series[float]":
    return history.set_index("day")["count"]


def predict(name: str, counts: np.ndarray, horizon: int) -> np.ndarray:
    series = series_of(history_of(counts))
    return fitters([name], seed=1)[name](series, [len(series)], horizon)[0]


class TestEveryCandidate:
    @pytest.mark.parametrize("name", CHEAP_CANDIDATES)
    def test_continues_a_regular_week(self, name: str) -> None:
        assert predict(name, np.tile(WEEK, 12), 10) == pytest.approx(np.resize(WEEK, 10), abs=0.15)

    @pytest.mark.parametrize("name", CHEAP_CANDIDATES)
    def test_expects_nothing_after_weeks_of_nothing(self, name: str) -> None:
        assert predict(name, np.zeros(90), 3).tolist() == [0, 0, 0]

    @pytest.mark.parametrize("name", CHEAP_CANDIDATES)
    @given(counts=arrays(np.float64, st.integers(28, 120), elements=st.integers(0, 10_000).map(float)))
    def test_is_finite_and_not_negative(self, name: str, counts: np.ndarray) -> None:
        predicted = predict(name, counts, 40)

        assert np.isfinite(predicted).all()
        assert (predicted >= 0).all()

    @pytest.mark.parametrize("name", CHEAP_CANDIDATES)
    def test_from_several_origins_knows_at_each_what_was_known_there(self, name: str) -> None:
        counts = office_desk(200)["count"].to_numpy()
        later = counts.copy()
        later[150:] *= 7
        told, untold = (
            fitters([name], seed=1)[name](series_of(history_of(each)), [136, 143, 150, 157], 28)
            for each in (later, counts)
        )

        assert told[:3].tolist() == untold[:3].tolist()
        assert told[3].tolist() != untold[3].tolist()

    @pytest.mark.parametrize("name", CHEAP_CANDIDATES)
    def test_expects_nothing_on_a_closed_weekday(self, name: str) -> None:
        rng = np.random.default_rng(1)
        counts = np.where(np.arange(140) % 7 < 5, rng.poisson(30.0, 140), 0.0)

        predicted = predict(name, counts, 14)

        assert (predicted[[5, 6, 12, 13]] == 0).all()
        assert (predicted[:5] > 15).all()


class TestLevels:
    @pytest.mark.parametrize("name", ["smoothed_weekday", "exponential_smoothing", "theta"])
    def test_follow_a_new_level_faster_than_a_mean_of_four_weeks(self, name: str) -> None:
        shifted = np.concatenate([np.full(112, 10.0), np.full(14, 20.0)])

        assert predict(name, shifted, 1)[0] > 16

    @pytest.mark.parametrize("name", ["weekday_median", "robust_level", "theta", "exponential_smoothing"])
    def test_are_not_moved_far_by_one_odd_day(self, name: str) -> None:
        odd = np.full(140, 20.0)
        odd[-3] = 400

        assert predict(name, odd, 7).max() < 30

    @pytest.mark.parametrize("name", ["theta", "harmonic", "exponential_smoothing"])
    def test_carry_growth_on_for_a_while(self, name: str) -> None:
        growing = 20 + 0.2 * np.arange(182.0)

        predicted = predict(name, growing, 180)

        assert predicted[27] > growing[-1] - 2
        assert predicted[-1] < growing[-1] * 1.5


class TestSeasons:
    @pytest.mark.parametrize("name", ["yearly", "harmonic"])
    def test_foresee_what_past_years_did(self, name: str) -> None:
        day = np.arange(3 * 364)
        counts = 60 + 40 * np.sin(2 * np.pi * day / 364)
        predicted = predict(name, counts, 91)

        assert predicted[-1] > 75
        assert predict("smoothed_weekday", counts, 91)[-1] < 62


class TestFitProphet:
    def test_learns_week_and_level(self) -> None:
        predicted = prophet_fit.fit_prophet(series_of(office_desk(140)), 7, seed=1)

        assert predicted == pytest.approx([60, 55, 50, 48, 40, 6, 4], rel=0.2, abs=3)

    def test_gives_the_same_for_the_same_seed(self) -> None:
        series = series_of(office_desk(100))

        first, second = (prophet_fit.fit_prophet(series, 30, seed=5) for _ in range(2))

        assert first.tolist() == second.tolist()

    def test_does_not_carry_a_trend_past_what_was_judged(self) -> None:
        far = prophet_fit.fit_prophet(series_of(office_desk(112, drift=0.02)), 180, seed=1)

        assert far[28 : 28 + 7] == pytest.approx(far[-5 * 7 - 5 : -4 * 7 - 5])
        assert far[21] > far[0]

    def test_is_never_negative(self) -> None:
        falling = history_of(np.maximum(80 - np.arange(70.0) * 1.2, 0))

        assert prophet_fit.fit_prophet(series_of(falling), 60, seed=1).min() == 0

    def test_knows_holidays(self) -> None:
        history = office_desk(200)
        closed = [(FIRST_DAY + timedelta(days=day)).date() for day in (30, 65, 100, 135, 170, 205)]
        history.loc[[30, 65, 100, 135, 170], "count"] = 0.0

        aware = prophet_fit.fit_prophet(series_of(history), 7, seed=1, holidays=closed)
        unaware = prophet_fit.fit_prophet(series_of(history), 7, seed=1)

        assert aware[5] < unaware[5] / 2

    def test_gives_up_after_its_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(prophet_fit, "_FIT_TIMEOUT_SECONDS", 0.001)

        with pytest.raises(FitError, match="TimeoutError"):
            prophet_fit.fit_prophet(series_of(office_desk(900)), 7, seed=1)


class TestCheckCandidates:
    def test_names_the_unknown_one_and_the_known(self) -> None:
        with pytest.raises(ValueError, match=r"'oracle'.* choose among seasonal_naive, .*prophet"):
            check_candidates(["prophet", "oracle"])

    def test_takes_baselines_too(self) -> None:
        check_candidates(["seasonal_naive", *ALL_CANDIDATES])


def test_fitters_run_only_what_is_asked_for_and_the_baselines() -> None:
    assert set(fitters([], seed=1)) == {"seasonal_naive", "weekday_mean"}
    assert set(fitters(["theta"], seed=1)) == {"seasonal_naive", "weekday_mean", "theta"}
