from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from ml.backtest import FitError
from ml.ticket_volume import train
from tests.ml.ticket_volume.series import FIRST_DAY, history_of, office_desk


def series_of(history: pd.DataFrame) -> "pd.Series[float]":
    return history.set_index("day")["count"]


class TestSmoothedWeekday:
    def test_continues_a_regular_week(self) -> None:
        week = np.array([9.0, 8, 7, 6, 5, 0, 0])

        predicted = train.smoothed_weekday(series_of(history_of(np.tile(week, 6))), 10)

        assert predicted == pytest.approx(np.resize(week, 10))

    def test_follows_a_new_level_faster_than_a_mean_of_four_weeks(self) -> None:
        shifted = history_of(np.concatenate([np.full(56, 10.0), np.full(7, 20.0)]))

        assert train.smoothed_weekday(series_of(shifted), 1)[0] > 14

    def test_expects_nothing_after_weeks_of_nothing(self) -> None:
        assert train.smoothed_weekday(series_of(history_of(np.zeros(90))), 3).tolist() == [0, 0, 0]


class TestCombine:
    def test_averages_its_components_and_nothing_else(self) -> None:
        paths = {
            "weekday_mean": np.array([1.0]),
            "prophet": np.array([4.0]),
            "seasonal_naive": np.array([100.0]),
        }

        assert train.combine(paths).tolist() == [2.5]


class TestFitProphet:
    def test_learns_week_and_level(self) -> None:
        predicted = train.fit_prophet(series_of(office_desk(140)), 7, seed=1)

        assert predicted == pytest.approx([60, 55, 50, 48, 40, 6, 4], rel=0.2, abs=3)

    def test_gives_the_same_for_the_same_seed(self) -> None:
        series = series_of(office_desk(100))

        first, second = (train.fit_prophet(series, 30, seed=5) for _ in range(2))

        assert first.tolist() == second.tolist()

    def test_does_not_carry_a_trend_past_what_was_judged(self) -> None:
        far = train.fit_prophet(series_of(office_desk(112, drift=0.02)), 180, seed=1)

        assert far[28 : 28 + 7] == pytest.approx(far[-5 * 7 - 5 : -4 * 7 - 5])
        assert far[21] > far[0]

    def test_is_never_negative(self) -> None:
        falling = history_of(np.maximum(80 - np.arange(70.0) * 1.2, 0))

        assert train.fit_prophet(series_of(falling), 60, seed=1).min() == 0

    def test_knows_holidays(self) -> None:
        history = office_desk(200)
        closed = [(FIRST_DAY + timedelta(days=day)).date() for day in (30, 65, 100, 135, 170, 205)]
        history.loc[[30, 65, 100, 135, 170], "count"] = 0.0

        aware = train.fit_prophet(series_of(history), 7, seed=1, holidays=closed)
        unaware = train.fit_prophet(series_of(history), 7, seed=1)

        assert aware[5] < unaware[5] / 2

    def test_gives_up_after_its_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(train, "_FIT_TIMEOUT_SECONDS", 0.001)

        with pytest.raises(FitError, match="TimeoutError"):
            train.fit_prophet(series_of(office_desk(900)), 7, seed=1)


class TestCheckCandidates:
    def test_names_the_unknown_one_and_the_known(self) -> None:
        with pytest.raises(ValueError, match=r"'oracle'.* choose among seasonal_naive, .*prophet"):
            train.check_candidates(["prophet", "oracle"])

    def test_takes_baselines_too(self) -> None:
        train.check_candidates(["seasonal_naive", *train.ALL_CANDIDATES])


def test_fitters_run_only_what_is_needed() -> None:
    assert set(train.fitters([], seed=1)) == {"seasonal_naive", "weekday_mean"}
    assert set(train.fitters(["combination"], seed=1, holidays=[date(2026, 1, 1)])) == {
        "seasonal_naive",
        "weekday_mean",
        "smoothed_weekday",
    }
