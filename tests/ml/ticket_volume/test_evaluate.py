import numpy as np
import pandas as pd
import pytest

from ml.backtest import run_backtest
from ml.metrics import PointErrors
from ml.ticket_volume import evaluate
from ml.ticket_volume.baseline import BASELINES
from ml.ticket_volume.evaluate import HorizonScore
from tests.ml.ticket_volume.series import history_of, office_desk


def scores_of(**mae: float) -> dict[str, dict[int, HorizonScore]]:
    return {
        name: {7: HorizonScore(origins=12, errors=PointErrors(mae=value, rmse=value, wape=None, mase=None))}
        for name, value in mae.items()
    }


class TestChoose:
    @pytest.mark.parametrize(
        ("scores", "champion", "fallback"),
        [
            (scores_of(seasonal_naive=10, weekday_mean=9, theta=7, blend=8), "blend", False),
            (scores_of(seasonal_naive=10, weekday_mean=9, theta=7, blend=9.5), "weekday_mean", True),
            (scores_of(seasonal_naive=9, weekday_mean=10, theta=7, blend=9), "seasonal_naive", True),
            (scores_of(seasonal_naive=0, weekday_mean=0, theta=0, blend=0), "seasonal_naive", True),
        ],
    )
    def test_serves_the_blend_only_where_it_beats_both_baselines(
        self, scores: dict[str, dict[int, HorizonScore]], champion: str, *, fallback: bool
    ) -> None:
        choice = evaluate.choose(scores, rare=False)

        assert (choice.champion, choice.fallback) == (champion, fallback)
        assert choice.baseline in BASELINES


class TestJudge:
    def judged(self, days: int) -> dict[int, HorizonScore]:
        series = office_desk(days).set_index("day")["count"]
        backtest = evaluate.backtest_candidates(series, BASELINES, horizon=28)
        return evaluate.judge(backtest, series)["weekday_mean"]

    @pytest.mark.parametrize(
        ("days", "origins"),
        [(35, {7: 1}), (56, {7: 4, 28: 1}), (92, {7: 9, 28: 6}), (500, {7: 12, 28: 12})],
    )
    def test_uses_all_origins_that_history_allows_up_to_a_bound(
        self, days: int, origins: dict[int, int]
    ) -> None:
        assert {horizon: score.origins for horizon, score in self.judged(days).items()} == origins

    def test_agrees_with_errors_computed_by_hand(self) -> None:
        history = office_desk(70)
        counts = history["count"].to_numpy()
        by_hand = [
            np.abs(
                counts[origin : origin + 28]
                - np.resize(counts[origin - 28 : origin].reshape(4, 7).mean(0), 28)
            )
            for origin in (28, 35, 42)
        ]

        assert self.judged(70)[28].errors.mae == pytest.approx(np.mean(by_hand))


class TestPastForecasts:
    def told(self, series: "pd.Series[float]") -> "pd.Series[float]":
        backtest = evaluate.backtest_candidates(series, BASELINES, horizon=28)
        return evaluate.past_forecasts(backtest, "seasonal_naive", series)

    def test_each_day_of_the_last_weeks_is_told_once_from_the_week_before(self) -> None:
        series = office_desk(240).set_index("day")["count"].astype(float)

        told = self.told(series)

        assert list(told.index) == list(series.index[-182:])
        assert list(told) == list(series.shift(7).iloc[-182:])

    def test_a_day_has_no_say_in_what_is_told_of_it(self) -> None:
        series = office_desk(120).set_index("day")["count"].astype(float)
        later = series.copy()
        later.iloc[-7:] *= 9

        assert list(self.told(later)) == list(self.told(series))


class TestCalibrationOf:
    def test_knows_nothing_that_was_not_known_at_its_origin(self) -> None:
        series = office_desk(120).set_index("day")["count"]
        later = series.copy()
        later.iloc[92:] *= 9
        told, untold = (
            evaluate.calibration_of(
                evaluate.backtest_candidates(each, BASELINES, horizon=28), "weekday_mean", each, row=9
            )
            for each in (later, series)
        )

        assert (
            told.half_widths(size=1, periods=28).tolist() == untold.half_widths(size=1, periods=28).tolist()
        )


class TestMeasuredCoverage:
    def covered(self, counts: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> dict[str, float]:
        series: pd.Series[float] = history_of(counts).set_index("day")["count"]
        origins = list(range(28, len(series) - 6, 7))
        backtest = run_backtest(series, BASELINES, origins=origins, horizon=28)
        shares, days = evaluate.measured_coverage(backtest, "weekday_mean", series)
        assert days > 28 * 10
        return shares

    def test_is_near_the_promise_on_steady_arrivals(self) -> None:
        shares = self.covered(office_desk(700)["count"].to_numpy())

        assert list(shares) == ["0.80", "0.90", "0.95"]
        assert list(shares.values()) == pytest.approx([0.80, 0.90, 0.95], abs=0.04)

    def test_is_near_the_promise_where_weekends_are_closed(self) -> None:
        rng = np.random.default_rng(3)
        shares = self.covered(np.where(np.arange(700) % 7 < 5, rng.poisson(40.0, 700), 0.0))

        assert list(shares.values()) == pytest.approx([0.80, 0.90, 0.95], abs=0.04)

    def test_owns_up_to_intervals_calibrated_on_calmer_times(self) -> None:
        rng = np.random.default_rng(1)
        calm = np.full(112, 100.0) + rng.integers(-1, 2, 112)
        wild = rng.permutation(np.tile([20.0, 180.0], 14))
        series = history_of(np.concatenate([calm, wild])).set_index("day")["count"]
        backtest = run_backtest(series, BASELINES, origins=[*range(28, 106, 7), 112], horizon=28)
        shares, _ = evaluate.measured_coverage(backtest, "weekday_mean", series)

        assert shares["0.95"] < 0.9

    def test_is_unknown_where_nothing_was_realised_before_any_origin(self) -> None:
        series = office_desk(42).set_index("day")["count"]
        backtest = run_backtest(series, BASELINES, origins=[28, 35], horizon=28)

        assert evaluate.measured_coverage(backtest, "weekday_mean", series) == ({}, 0)
