"""What the simulator plants in the volume is found by what is served: week, new level, trouble, year."""

import numpy as np
import pandas as pd
import pytest

from ml.metrics import FloatArray
from ml.ticket_volume import CHEAP_CANDIDATES
from ml.ticket_volume.predict import serve_best
from ml.ticket_volume.train import fitters
from tests.ml.ticket_volume.simulated import PLANTED_SHIFT, PLANTED_WEEK, SimulatedDesk, simulate

SEEDS = (1, 2)
FORECASTERS = fitters(CHEAP_CANDIDATES, seed=1)


@pytest.fixture(scope="module", params=SEEDS)
def desk(request: pytest.FixtureRequest) -> SimulatedDesk:
    return simulate(seed=request.param)


def serve(counts: "pd.Series[float]", origin: int, days: int = 28) -> FloatArray:
    """What is forecast for the days from position `origin` on, by those before."""
    return serve_best(counts.iloc[:origin], FORECASTERS, days=days).path[:days]


class TestWeek:
    def test_has_the_planted_ratios(self, desk: SimulatedDesk) -> None:
        """Within a tenth of an average day, over four origins."""
        told = []
        for origin in (520, 560, 600, 650):
            path = serve(desk.counts, origin)
            weekdays = np.resize((desk.counts.index[origin].day_of_week + np.arange(7)) % 7, len(path))
            told.append([path[weekdays == weekday].mean() / path.mean() for weekday in range(7)])

        assert np.mean(told, axis=0) == pytest.approx(PLANTED_WEEK / PLANTED_WEEK.mean(), abs=0.1)


class TestNewLevel:
    """Judged by the same desk without it, so that neither season nor chance has a say."""

    def followed(self, desk: SimulatedDesk, days_after: int) -> float:
        """How much of the shift is in the next week's forecast: 0 is none, 1 all."""
        origin = desk.position(desk.turns.level_shift) + days_after
        ratio = serve(desk.counts, origin, 7).sum() / serve(desk.without_shift(), origin, 7).sum()
        return float((ratio - 1) / (PLANTED_SHIFT - 1))

    def test_is_not_known_before(self, desk: SimulatedDesk) -> None:
        assert self.followed(desk, 0) == pytest.approx(0.0)

    def test_is_mostly_followed_within_two_weeks_and_by_three_quarters_within_three(
        self, desk: SimulatedDesk
    ) -> None:
        """Of a quarter more tickets; the mean of four weeks has half of them after two."""
        assert 0.55 < self.followed(desk, 14) < 1.2
        assert 0.75 < self.followed(desk, 21) < 1.2


class TestTrouble:
    def moved(self, desk: SimulatedDesk, days_after: int) -> list[float]:
        """By how much of itself each day of trouble moves the forecast of 28 days."""
        origins = [(spike, desk.position(spike) + days_after) for spike in desk.turns.spikes]
        return [
            serve(desk.counts, origin).sum() / serve(desk.without(spike), origin).sum() - 1
            for spike, origin in origins
        ]

    def test_moves_the_next_weeks_by_less_than_a_tenth(self, desk: SimulatedDesk) -> None:
        """Though the day brought 3.2 times the usual, which is half a week's tickets."""
        assert max(self.moved(desk, 1)) < 0.1

    def test_is_nearly_forgotten_after_three_weeks(self, desk: SimulatedDesk) -> None:
        assert max(self.moved(desk, 22)) < 0.03


class TestYear:
    def test_turns_the_forecast_the_way_it_turned_before(self) -> None:
        """Half a year ahead about a third of the planted swing is told: from summer up, from winter not."""
        desk = simulate(seed=1, days=1460)
        late_by_early = []
        for origin in (1116, 1296):
            path = serve(desk.counts, origin, 180)
            late_by_early.append(path[140:168].sum() / path[:28].sum())

        from_winter, from_summer = late_by_early
        assert from_winter <= 1.01
        assert from_summer > 1.08
