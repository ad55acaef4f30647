import numpy as np
import pandas as pd
import pytest

from ml.backtest import FitError, one_by_one, rolling_origins, run_backtest
from ml.metrics import FloatArray


def series_of(values: list[float]) -> "pd.Series[float]":
    return pd.Series(values, index=pd.date_range("2026-01-01", periods=len(values)))


@one_by_one
def last_value(values: FloatArray, horizon: int) -> FloatArray:
    return np.full(horizon, values[-1])


class TestRollingOrigins:
    def test_steps_back_in_weeks_from_the_last_that_can_be_judged(self) -> None:
        assert rolling_origins(92, horizon=7, min_train=56, max_origins=12) == [57, 64, 71, 78, 85]

    def test_keeps_the_newest_when_bounded(self) -> None:
        assert rolling_origins(1000, horizon=28, min_train=28, max_origins=3) == [958, 965, 972]

    def test_is_empty_for_a_short_history(self) -> None:
        assert rolling_origins(34, horizon=7, min_train=28, max_origins=12) == []


class TestRunBacktest:
    def test_lines_up_forecasts_with_what_followed(self) -> None:
        backtest = run_backtest(series_of([1, 2, 3, 4]), {"last": last_value}, origins=[2, 3], horizon=2)

        assert backtest.predicted["last"].tolist() == [[2, 2], [3, 3]]
        assert backtest.actual[0].tolist() == [3, 4]
        assert backtest.known.tolist() == [[True, True], [True, False]]

    def test_knows_what_had_happened_by_an_origin(self) -> None:
        backtest = run_backtest(series_of([1, 2, 3, 4]), {"last": last_value}, origins=[2, 3], horizon=2)

        assert backtest.realised_before(3).tolist() == [[True, False], [False, False]]

    def test_forecasts_do_not_change_when_the_future_does(self) -> None:
        rng = np.random.default_rng(0)
        values = rng.poisson(20, 60).astype(float)
        shuffled = np.concatenate([values[:40], rng.permutation(values[40:]) * 100])
        told, untold = (
            run_backtest(series_of(list(each)), {"last": last_value}, origins=[33, 40], horizon=7)
            for each in (values, shuffled)
        )

        assert told.predicted["last"].tolist() == untold.predicted["last"].tolist()
        assert told.actual.tolist() != untold.actual.tolist()

    def test_leaves_out_whoever_fails_once(self) -> None:
        @one_by_one
        def fails_late(values: FloatArray, horizon: int) -> FloatArray:
            if len(values) > 2:
                raise FitError("too long for me")
            return np.full(horizon, values[-1])

        backtest = run_backtest(
            series_of([1, 2, 3, 4]), {"last": last_value, "late": fails_late}, origins=[2, 3], horizon=1
        )

        assert set(backtest.predicted) == {"last"}
        assert backtest.failures == {"late": "too long for me"}

    @pytest.mark.parametrize("horizon", [1, 28])
    def test_has_rows_for_no_origin(self, horizon: int) -> None:
        backtest = run_backtest(series_of([1.0]), {"last": last_value}, origins=[], horizon=horizon)

        assert backtest.predicted["last"].shape == (0, horizon)
