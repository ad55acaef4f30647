import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.resolution_time.features import PRIORITY
from ml.resolution_time.intervals import BOUNDS, LEVELS, add_intervals, outlook

DAYS = st.floats(0, 500)


class TestOutlook:
    @given(predicted=DAYS, errors=st.lists(st.floats(-500, 500), max_size=60), waited=DAYS)
    def test_is_nested_around_the_point_and_never_negative(
        self, predicted: float, errors: list[float], waited: float
    ) -> None:
        point, lower_80, upper_80, lower_90, upper_90 = outlook(predicted, np.sort(errors), waited)

        ladder = [lower_90, lower_80, point, upper_80, upper_90]
        if not np.isnan(ladder).any():
            assert min(ladder) >= 0
            assert ladder == sorted(ladder)

    def test_leaves_out_as_much_below_as_above(self) -> None:
        # 99 errors: of 100 ranks a tenth is left out at either end for 80 %.
        told = outlook(100.0, np.arange(-49.0, 50.0), 0.0)

        assert told.tolist() == [100.0, 60.0, 140.0, 55.0, 145.0]

    def test_forgets_rests_that_were_outlasted(self) -> None:
        # Half of the tickets end on day 10, half on day 30: on day 20 the latter are left.
        errors = np.repeat([-10.0, 10.0], 50)

        assert outlook(20.0, errors, 20.0).tolist() == pytest.approx([10.0] * 5)

    def test_does_not_change_for_waiting_that_everyone_does(self) -> None:
        errors = np.sort(np.random.default_rng(2).normal(0, 1, 80))

        np.testing.assert_allclose(outlook(20.0, errors, 5.0), outlook(20.0, errors, 0.0) - 5.0)

    def test_is_silent_where_hardly_any_rest_is_possible(self) -> None:
        assert np.isnan(outlook(20.0, np.zeros(50), 25.0)).all()

    def test_has_a_point_without_bounds_where_nothing_is_known(self) -> None:
        point, *bounds = outlook(20.0, np.empty(0), 0.0)

        assert point == 20.0
        assert np.isnan(bounds).all()

    def test_reaches_past_the_largest_of_too_few_errors(self) -> None:
        _, _, upper_80, _, upper_90 = outlook(20.0, np.array([1.0]), 0.0)

        assert 21.0 < upper_80 < upper_90


@pytest.fixture
def record() -> pd.DataFrame:
    """Predictions of urgent tickets, which err by a day or so, and of others, which err by ten."""
    rng = np.random.default_rng(4)
    priority = np.array(["urgent", "normal"] * 1000)
    scale = np.where(priority == "urgent", 1.0, 10.0)
    errors = rng.exponential(scale) - np.log(2) * scale
    return pd.DataFrame(
        {
            "status": "new",
            PRIORITY: priority,
            "predicted": 20.0,
            "remaining": 20.0 + errors,
            "known": np.arange(2000.0),
            "at": np.arange(2000.0) - 0.5,
            "asked": np.arange(2000.0) - 0.5,
        }
    )


class TestAddIntervals:
    def test_holds_as_often_as_promised_in_each_priority(self, record: pd.DataFrame) -> None:
        told = add_intervals(record, record).iloc[200:]
        actual, priority = record["remaining"].iloc[200:], record[PRIORITY].iloc[200:]

        for level in LEVELS:
            lower, upper = told[f"lower_{level * 100:.0f}"], told[f"upper_{level * 100:.0f}"]
            held = ((lower <= actual) & (actual <= upper)).groupby(priority).mean()
            assert held.to_numpy() == pytest.approx(level, abs=0.03)

    def test_is_wider_where_predictions_err_more(self, record: pd.DataFrame) -> None:
        told = add_intervals(record.tail(2), record)

        widths = (told["upper_80"] - told["lower_80"]).to_numpy()
        assert widths[1] > 5 * widths[0]

    def test_knows_no_error_before_its_ticket_is_known_to_have_ended(self, record: pd.DataFrame) -> None:
        first, second = add_intervals(record.head(2), record)[list(BOUNDS)].notna().all(axis=1)

        assert (first, second) == (False, True)
