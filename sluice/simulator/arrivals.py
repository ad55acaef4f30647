"""How many tickets a day brings, and at what hour."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import cos, pi
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sluice.simulator.calendars import WorkCalendar
from sluice.simulator.desk import Department

# Monday to Sunday, as a share of a normal working day.
_WEEK = (1.25, 1.1, 1.0, 0.98, 0.82, 0.12, 0.07)
_HOLIDAY = 0.15
_YEARLY_SWING = 0.18
_YEARLY_GROWTH = 0.12
_LEVEL_SHIFT = 1.25
_SPIKE = 3.2
_DAY_NOISE = 0.09
# By local hour: a desk wakes up, peaks before and after lunch, and never quite sleeps.
_HOURS = np.array(
    [1, 1, 1, 1, 1, 2, 4, 12, 40, 80, 100, 90, 55, 60, 85, 80, 60, 35, 14, 8, 5, 4, 2, 1], dtype=float
)


@dataclass(frozen=True)
class Turns:
    """What breaks the rhythm: a new, higher level from one day on, and days of trouble, two if drawn."""

    level_shift: date
    spikes: tuple[date, ...]


def draw_turns(random: np.random.Generator, first_day: date, days: int) -> Turns:
    def day_near(fraction: float) -> date:
        return first_day + timedelta(days=int(days * (fraction + random.uniform(-0.05, 0.05))))

    return Turns(level_shift=day_near(0.6), spikes=(day_near(0.3), day_near(0.8)))


def day_weights(
    random: np.random.Generator, calendar: WorkCalendar, turns: Turns, first_day: date, days: int
) -> NDArray[np.float64]:
    """The relative load of each day of the span."""
    weights = np.empty(days)
    for offset in range(days):
        day = first_day + timedelta(days=offset)
        # Most is asked for in late autumn and winter, least in summer.
        season = 1 + _YEARLY_SWING * cos(2 * pi * (day.timetuple().tm_yday - 15) / 365.25)
        growth = 1 + _YEARLY_GROWTH * offset / 365.25
        weight = _WEEK[day.weekday()] * season * growth
        weight *= _HOLIDAY if day in calendar.holidays else 1.0
        weight *= _LEVEL_SHIFT if day >= turns.level_shift else 1.0
        weight *= _SPIKE if day in turns.spikes else 1.0
        weights[offset] = weight
    noise: NDArray[np.float64] = random.normal(1.0, _DAY_NOISE, days).clip(0.6, 1.4)
    return weights * noise


def draw_arrivals(
    random: np.random.Generator,
    department: Department,
    weights: NDArray[np.float64],
    count: int,
    end: datetime,
) -> list[datetime]:
    """`count` instants before `end`, spread by the days' weights and the hours of the department."""
    days = len(weights)
    first_day = (end - timedelta(days=days)).date()
    zone = ZoneInfo(department.time_zone)
    per_day = random.multinomial(count, weights / weights.sum())
    hours = random.choice(24, size=count, p=_HOURS / _HOURS.sum())
    seconds = random.integers(0, 3600, size=count)
    offsets = np.repeat(np.arange(days), per_day)
    begin = end - timedelta(days=days)
    instants = []
    for offset, hour, second in zip(offsets.tolist(), hours.tolist(), seconds.tolist(), strict=True):
        day = first_day + timedelta(days=offset)
        local = datetime(day.year, day.month, day.day, hour, tzinfo=zone) + timedelta(seconds=second)
        # A local day may begin before the span or end after it; its edge belongs to the span.
        instant = local.astimezone(UTC)
        if instant < begin:
            instant += timedelta(days=1)
        elif instant >= end:
            instant -= timedelta(days=1)
        instants.append(instant)
    return instants
