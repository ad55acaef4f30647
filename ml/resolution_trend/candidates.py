"""What tickets of days to come may take: medians of those that came lately, with and without a week."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from ml.metrics import FloatArray
from ml.resolution_trend.cohorts import Cohorts, daily_medians, median_hours
from ml.ticket_volume.prophet_fit import fit_prophet

Candidate = Callable[[Cohorts, int, int], FloatArray]
"""Takes the cohorts as known at the beginning of a day, that day and a number of days; returns the logarithm
of the median hours of each of these days. It needs at least one resolved ticket."""

BASELINE = "recent_median"
AVERAGE = "average"

_RECENT_DAYS = 28
_WEEKDAY_DAYS = 84
# A weekday of so many tickets is believed half of what it says.
_WEEKDAY_TICKETS = 30
_HALF_LIVES = {"fading_week": 7, "fading_month": 28}


def recent_median(known: Cohorts, today: int, days: int) -> FloatArray:
    """The median of the last four weeks, or of as many more as it takes for half to be resolved."""
    window = _RECENT_DAYS
    while True:
        median = median_hours(known.between(today - window, today))
        if np.isfinite(median):
            return np.full(days, np.log(median))
        if today - window <= known.days[0]:
            return np.full(days, np.log(known.hours[known.resolved].max()))
        window *= 2


def fading(half_life: int) -> Candidate:
    """The median in which a ticket counts half as much as one that came so many days later."""

    def forecast(known: Cohorts, today: int, days: int) -> FloatArray:
        weights = 0.5 ** ((today - known.days) / half_life)
        median = median_hours(known, weights)
        return np.full(days, np.log(median)) if np.isfinite(median) else recent_median(known, today, days)

    return forecast


def by_weekday(level: Candidate) -> Candidate:
    """The same, times how the weekday's median differs from all in the last twelve weeks, shrunk."""

    def forecast(known: Cohorts, today: int, days: int) -> FloatArray:
        recent = known.between(today - _WEEKDAY_DAYS, today)
        shape = np.resize(np.roll(_weekdays(recent), -(today % 7)), days)
        return level(known, today, days) + shape

    return forecast


def _weekdays(recent: Cohorts) -> FloatArray:
    """Shrunk difference of each weekday's log median from that of all; days since 1970, modulo seven."""
    whole = median_hours(recent)
    shape = np.zeros(7)
    for weekday in range(7):
        here = recent.days % 7 == weekday
        median = median_hours(Cohorts(recent.days[here], recent.hours[here], recent.resolved[here]))
        if np.isfinite(median) and np.isfinite(whole):
            trust = here.sum() / (here.sum() + _WEEKDAY_TICKETS)
            shape[weekday] = trust * np.log(median / whole)
    return shape


def prophet(seed: int) -> Candidate:
    """Prophet on the logarithms of the daily medians; days that are not half resolved are left out."""

    def forecast(known: Cohorts, today: int, days: int) -> FloatArray:
        first = int(known.days[0])
        medians = daily_medians(known, first, today)
        # In minutes, of which there is at least one: Prophet's season multiplies what must not be negative.
        logs = np.log(60 * medians, where=np.isfinite(medians), out=np.full(len(medians), np.nan))
        dates = pd.date_range(pd.Timestamp(first, unit="D"), periods=len(logs))
        path: FloatArray = fit_prophet(pd.Series(logs, index=dates), days, seed=seed) - np.log(60)
        return path

    return forecast


CHEAP: dict[str, Candidate] = {
    BASELINE: recent_median,
    **{name: fading(half_life) for name, half_life in _HALF_LIVES.items()},
    "weekday_median": by_weekday(recent_median),
    "weekday_fading_week": by_weekday(fading(_HALF_LIVES["fading_week"])),
    "weekday_fading_month": by_weekday(fading(_HALF_LIVES["fading_month"])),
}


def all_candidates(seed: int) -> dict[str, Candidate]:
    return CHEAP | {"prophet": prophet(seed)}
