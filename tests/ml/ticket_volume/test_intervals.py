import numpy as np
import pytest

from ml.ticket_volume.intervals import Calibration, in_blocks, uncalibrated

ALWAYS_OPEN = np.zeros(7, dtype=bool)


def calibration(errors: np.ndarray, *, level: float = 100.0, closed: np.ndarray = ALWAYS_OPEN) -> Calibration:
    """Backtest paths that were wrong by exactly these amounts."""
    predicted = np.full_like(errors, level)
    return Calibration(
        values=np.full(60, level), actual=predicted + errors, predicted=predicted, closed=closed
    )


class TestHalfWidths:
    def test_are_what_the_backtest_was_wrong_by(self) -> None:
        widths = calibration(np.full((12, 28), 30.0)).half_widths(size=1, periods=28)

        # An error of 30 at a level of 100 is 3 square roots of the level.
        assert widths == pytest.approx(np.full((3, 28), 3.0))

    def test_differ_by_group_of_days_ahead(self) -> None:
        errors = np.where(np.arange(28) < 7, 10.0, 40.0) * np.ones((12, 1))

        widths = calibration(errors).half_widths(size=1, periods=28)

        assert set(widths[:, :7].ravel()) == {1.0}
        assert set(widths[:, 7:].ravel()) == {4.0}

    def test_never_narrow_with_the_distance(self) -> None:
        errors = np.where(np.arange(28) < 7, 40.0, 10.0) * np.ones((12, 1))

        assert (np.diff(calibration(errors).half_widths(size=1, periods=180), axis=1) >= 0).all()

    def test_grow_where_too_few_origins_have_seen(self) -> None:
        widths = calibration(np.full((12, 28), 30.0)).half_widths(size=1, periods=180)

        assert widths[0, 30] == pytest.approx(3.0 * np.sqrt((28 + 90) / (7 + 28)))
        assert widths[0, 100] > widths[0, 30]

    def test_are_wider_after_restless_weeks_and_narrower_after_calm_ones(self) -> None:
        rng = np.random.default_rng(6)
        usual = rng.normal(0, 10, (22, 28))
        restless, calm = usual.copy(), usual.copy()
        restless[-3:] *= 3
        calm[-3:] /= 3

        widths = [
            calibration(errors).half_widths(size=1, periods=7)[0, 0] for errors in (calm, usual, restless)
        ]

        assert widths[0] < 0.8 * widths[1]
        assert widths[2] > 1.3 * widths[1]

    def test_of_closed_days_are_nothing_and_teach_nothing(self) -> None:
        errors = np.full((12, 28), 30.0)
        errors[:, 5::7] = errors[:, 6::7] = 0.0
        closed = np.arange(7) >= 5

        widths = calibration(errors, closed=closed).half_widths(size=1, periods=14)

        assert (widths[:, [5, 6, 12, 13]] == 0).all()
        assert widths[:, [0, 4, 7, 11]] == pytest.approx(np.full((3, 4), 3.0))

    def test_of_weeks_come_from_errors_of_weekly_sums(self) -> None:
        wobble = np.tile([30.0, -30.0], 14) * np.ones((30, 1))

        weekly = calibration(wobble).half_widths(size=7, periods=4)

        # Six of seven errors cancel within a week.
        assert weekly[:, 0] == pytest.approx(np.full(3, 30 / np.sqrt(700)))

    def test_without_a_backtest_rest_on_the_dispersion(self) -> None:
        steady = Calibration.without_backtest(np.full(20, 9.0)).half_widths(size=1, periods=3)
        jumpy = Calibration.without_backtest(np.tile([0.0, 18.0], 10)).half_widths(size=1, periods=3)

        assert jumpy == pytest.approx(steady * 3)
        assert (np.diff(steady, axis=0) > 0).all()


def test_little_history_widens_the_intervals() -> None:
    assert (uncalibrated(np.array([3.0]), size=1) > uncalibrated(np.full(7, 3.0), size=1)).all()
    assert np.isfinite(uncalibrated(np.empty(0), size=7)).all()


def test_blocks_leave_out_what_is_not_whole() -> None:
    sums = in_blocks(np.array([[1.0, 2.0, 3.0, np.nan, 5.0]]), 2)

    assert sums.shape == (1, 2)
    assert sums[0, 0] == 3.0
    assert np.isnan(sums[0, 1])
