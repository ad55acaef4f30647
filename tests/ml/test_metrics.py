import numpy as np
import pytest

from ml.metrics import naive_scale, point_errors


class TestPointErrors:
    def test_measures_by_hand_worked_example(self) -> None:
        errors = point_errors(np.array([10.0, 0.0, 30.0]), np.array([13.0, 4.0, 30.0]), scale=2.0)

        assert errors.mae == pytest.approx(7 / 3)
        assert errors.rmse == pytest.approx(np.sqrt(25 / 3))
        assert errors.wape == pytest.approx(7 / 40)
        assert errors.mase == pytest.approx(7 / 6)

    def test_has_no_relative_error_where_nothing_happened(self) -> None:
        errors = point_errors(np.zeros(3), np.ones(3), scale=None)

        assert (errors.wape, errors.mase, errors.mae) == (None, None, 1.0)


class TestNaiveScale:
    def test_is_the_mean_change_over_a_season(self) -> None:
        assert naive_scale(np.array([1.0, 2.0, 4.0, 8.0]), season=2) == pytest.approx((3 + 6) / 2)

    @pytest.mark.parametrize("values", [np.ones(30), np.arange(7.0), np.empty(0)])
    def test_is_unknown_without_change_or_without_a_second_season(self, values: np.ndarray) -> None:
        assert naive_scale(values) is None
