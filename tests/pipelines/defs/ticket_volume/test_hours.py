"""Hours of a dimension's members add up to those of all tickets, hour by hour."""

from uuid import UUID

import numpy as np
import pandas as pd
import pytest

from ml.ticket_volume.hours import HourlyForecast
from pipelines.defs.ticket_volume.hours import forecast_hours
from pipelines.defs.ticket_volume.series import VolumeSeries, choose_series
from pipelines.defs.ticket_volume.training import learn_all
from tests.pipelines.defs.ticket_volume.test_series import DAYS, volume_of
from tests.pipelines.defs.ticket_volume.test_training import AS_OF

DAYS_OF_VOLUME = pd.date_range("2026-01-01", periods=DAYS)


def at(hour: int, count: int) -> list[int]:
    return [count if each == hour else 0 for each in range(24)]


def histories_of(*hours: list[int]) -> dict[UUID, pd.DataFrame]:
    """By series, in the order of `volume_of`: the same hours on each of its days."""
    return {
        UUID(int=number): pd.DataFrame({"day": DAYS_OF_VOLUME, "counts": [counts] * DAYS})
        for number, counts in enumerate(hours)
    }


def forecast(volume: pd.DataFrame, histories: dict[UUID, pd.DataFrame]) -> list[HourlyForecast]:
    chosen: list[VolumeSeries] = choose_series(volume)
    return forecast_hours(chosen, learn_all(chosen, as_of=AS_OF), histories)


def test_nothing_is_split_of_nothing() -> None:
    assert forecast_hours([], [], {}) == []


def test_members_of_each_dimension_add_up_to_the_total() -> None:
    morning, evening = at(8, 5), at(20, 4)
    together = [a + b for a, b in zip(morning, evening, strict=True)]
    told = forecast(
        volume_of(({}, 9), ({"category": "A"}, 5), ({"category": "B"}, 4), ({"priority": "Low"}, 9)),
        histories_of(together, morning, evening, together),
    )

    total, first, second, low = (each.predicted for each in told)
    assert first + second == pytest.approx(total, abs=1e-9)
    assert low == pytest.approx(total, abs=1e-9)
    assert first.sum(axis=1) == pytest.approx(5)
    assert (first[:, 8].min() > 4, second[:, 20].min() > 3) == (True, True)


def test_those_that_are_not_told_are_left_room_for() -> None:
    categories = [({"category": f"Category {number}"}, 2) for number in range(20)]
    told = forecast(
        volume_of(({}, 40), *categories),
        histories_of([*at(9, 24)[:10], *at(21, 16)[10:]], *[at(9, 2)] * 12, *[at(21, 2)] * 8),
    )

    members = np.sum([each.predicted for each in told[1:]], axis=0)
    assert len(told) == 13
    assert members.sum(axis=1) == pytest.approx(24)
    assert (members <= told[0].predicted + 1e-9).all()
    assert members[:, 9].min() > 20
    assert members[:, 21].max() < 3


def test_a_series_whose_hours_are_not_known_has_those_of_all() -> None:
    total, low = forecast(volume_of(({}, 9), ({"priority": "Low"}, 9)), histories_of(at(9, 9)))

    assert low.predicted == pytest.approx(total.predicted)
    assert "taken mostly from those of all tickets" in low.warnings[0]
