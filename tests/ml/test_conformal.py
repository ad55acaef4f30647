import numpy as np
import pytest

from ml.conformal import LEVELS, nonconformity, quantiles


class TestQuantiles:
    def test_takes_the_corrected_rank(self) -> None:
        # 99 scores 1 … 99: the ranks are 80, 90 and 95 of 100.
        assert quantiles(np.arange(1.0, 100.0)).tolist() == [80.0, 90.0, 95.0]

    def test_reaches_past_the_largest_of_too_few_scores(self) -> None:
        narrow, middle, wide = quantiles(np.array([1.0, 1.0, 1.0]))

        assert 1.0 <= narrow < middle < wide
        assert wide == pytest.approx(1.96 * np.sqrt(4 / 3), rel=1e-3)

    def test_never_crosses_when_one_score_stands_out(self) -> None:
        for count in range(1, 60):
            widths = quantiles(np.array([50.0, *np.ones(count)]))
            assert (np.diff(widths) >= 0).all()

    def test_holds_new_scores_as_often_as_promised(self) -> None:
        rng = np.random.default_rng(3)
        held = [rng.exponential() <= quantiles(rng.exponential(size=40)) for _ in range(4000)]

        assert np.mean(held, axis=0) == pytest.approx(LEVELS, abs=0.03)


class TestNonconformity:
    def test_counts_an_error_more_on_a_quiet_day(self) -> None:
        quiet, busy = nonconformity(np.array([5.0, 101.0]), np.array([4.0, 100.0]))

        assert (quiet, busy) == (0.5, 0.1)
