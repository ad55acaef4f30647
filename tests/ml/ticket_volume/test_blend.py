import numpy as np
import pandas as pd
import pytest

from ml.backtest import one_by_one as each
from ml.backtest import run_backtest
from ml.metrics import FloatArray
from ml.ticket_volume.blend import with_blend
from tests.ml.ticket_volume.series import history_of


@each
def right(_: FloatArray, horizon: int) -> FloatArray:
    return np.full(horizon, 10.0)


@each
def too_high(_: FloatArray, horizon: int) -> FloatArray:
    return np.full(horizon, 14.0)


@each
def right_at_first(_: FloatArray, horizon: int) -> FloatArray:
    return np.where(np.arange(horizon) < 7, 10.0, 30.0)


def steady_series(days: int) -> "pd.Series[float]":
    return history_of(np.full(days, 10.0) + np.resize([1.0, -1.0], days)).set_index("day")["count"]


class TestWithBlend:
    def test_leaves_the_weight_to_whoever_was_least_wrong(self) -> None:
        series = steady_series(140)
        backtest = run_backtest(
            series, {"right": right, "too_high": too_high}, origins=[*range(28, 141, 7)], horizon=28
        )
        blended, weights = with_blend(backtest, series)

        assert weights["first_week"]["right"] > 0.99
        assert blended.predicted["blend"][-1] == pytest.approx(np.full(28, 10.0), abs=0.05)

    def test_weighs_all_alike_as_long_as_nothing_is_known(self) -> None:
        series = steady_series(42)
        backtest = run_backtest(
            series, {"right": right, "too_high": too_high}, origins=[28, 35, 42], horizon=7
        )
        blended, _ = with_blend(backtest, series)

        assert blended.predicted["blend"][0].tolist() == [12.0] * 7
        assert (blended.predicted["blend"][1] < 12).all()

    def test_weighs_the_first_week_apart_from_what_follows(self) -> None:
        series = steady_series(140)
        backtest = run_backtest(
            series,
            {"right_at_first": right_at_first, "too_high": too_high},
            origins=[*range(28, 141, 7)],
            horizon=28,
        )
        _, weights = with_blend(backtest, series)

        assert weights["first_week"]["right_at_first"] > 0.99
        assert weights["later"]["too_high"] > 0.99

    def test_knows_at_each_origin_only_what_had_come_by_then(self) -> None:
        series = steady_series(140)
        later = series.copy()
        later.iloc[91:] = 14.0
        told, untold = (
            with_blend(
                run_backtest(
                    each, {"right": right, "too_high": too_high}, origins=[*range(28, 141, 7)], horizon=28
                ),
                each,
            )[0].predicted["blend"]
            for each in (later, series)
        )

        assert told[:10].tolist() == untold[:10].tolist()
        assert (told[-1] > untold[-1]).all()

    def test_leaves_the_median_out_where_tickets_are_rare(self) -> None:
        series = history_of(np.random.default_rng(1).poisson(0.6, 140)).set_index("day")["count"]
        backtest = run_backtest(
            series, {"weekday_median": right, "theta": too_high}, origins=[*range(28, 141, 7)], horizon=28
        )

        assert with_blend(backtest, series)[1]["later"] == {"weekday_median": 0, "theta": 1}
