import numpy as np
import pytest

from ml.resolution_time.baseline import median_remaining
from ml.resolution_time.features import PRIORITY
from tests.ml.resolution_time.desk import prefixes_of

LATER = 1000.0


class TestMedianRemaining:
    def test_is_the_median_of_those_that_lasted_as_long(self) -> None:
        closed = prefixes_of([(0, duration) for duration in range(1, 21)])
        asked = prefixes_of([(5, 1)]).assign(asked=LATER, opened=LATER - 5)

        # Of the durations 5 … 20 the median is 12.5.
        assert median_remaining(asked, closed).tolist() == [7.5]

    def test_prefers_the_same_status_and_priority(self) -> None:
        closed = prefixes_of([*[(0, 2)] * 10, *[(0, 30)] * 10])
        closed[PRIORITY] = ["urgent"] * 10 + ["normal"] * 10
        asked = closed.iloc[[0, 19]].assign(asked=LATER, opened=LATER)

        assert median_remaining(asked, closed).tolist() == [2.0, 30.0]

    def test_counts_no_ending_that_was_not_known_yet(self) -> None:
        closed = prefixes_of([(0, 4)] * 9 + [(0, 40)] * 90, known=[4.0] * 9 + [50.0] * 90)
        asked = prefixes_of([(0, 1)]).assign(asked=50.0, opened=50.0)

        assert median_remaining(asked, closed).tolist() == [4.0]

    def test_of_a_ticket_that_outlasted_all_is_the_median_of_all(self) -> None:
        closed = prefixes_of([(0, 4), (0, 5), (0, 6)])
        asked = prefixes_of([(100, 1)]).assign(asked=LATER, opened=LATER - 100)

        assert median_remaining(asked, closed).tolist() == [5.0]

    @pytest.mark.parametrize("asked_at", [0.0, 3.0])
    def test_is_not_known_before_anything_ended(self, asked_at: float) -> None:
        closed = prefixes_of([(0, 3)])
        asked = prefixes_of([(0, 1)]).assign(asked=asked_at)

        assert np.isnan(median_remaining(asked, closed)).all()
