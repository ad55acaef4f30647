import numpy as np

from ml.ticket_volume.baseline import mean, seasonal_naive, weekday_mean


class TestBaselines:
    def test_seasonal_naive_repeats_the_last_week(self) -> None:
        predicted = seasonal_naive(np.arange(10.0), 9)

        assert predicted.tolist() == [3, 4, 5, 6, 7, 8, 9, 3, 4]

    def test_weekday_mean_averages_the_last_four_weeks_by_weekday(self) -> None:
        five_weeks = np.concatenate([np.full(7, 1000.0), *(np.arange(7.0) + week for week in range(4))])

        assert weekday_mean(five_weeks, 8).tolist() == [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 1.5]

    def test_mean_is_flat_and_zero_before_the_first_day(self) -> None:
        assert mean(np.array([2.0, 4.0]), 3).tolist() == [3, 3, 3]
        assert mean(np.empty(0), 2).tolist() == [0, 0]
