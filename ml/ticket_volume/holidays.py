"""Days off of the calendar: how much of a usual day they bring."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from ml.metrics import FloatArray
from ml.ticket_volume.weeks import TICKETS_MISSED, WEEK

_USUAL_WEEKS = 8
_LEAST_DAYS_BEFORE = 4 * WEEK
_YEARS_LOOKED_BACK = 3
_LEAST_SEEN = 2


def holiday_factors(
    series: "pd.Series[float]", origins: Sequence[int], horizon: int, holidays: Sequence[date]
) -> FloatArray:
    """What to multiply the days ahead of each origin by: on days off what earlier ones had of their usual.

    The usual of a day is the median of its weekday in the eight weeks before. An origin knows the days off
    before it, and the dates of those to come.
    """
    values = np.asarray(series, dtype=np.float64)
    days = np.array(
        sorted((pd.Timestamp(day) - series.index[0]).days for day in set(holidays)), dtype=np.int64
    )
    seen = days[(days >= _LEAST_DAYS_BEFORE) & (days < len(values))]
    usual = np.array(
        [np.median(values[max(0, day - WEEK * _USUAL_WEEKS) : day][-WEEK::-WEEK]) for day in seen]
    )
    factors = np.ones((len(origins), horizon))
    for row, origin in enumerate(origins):
        known = (seen < origin) & (seen >= origin - 365 * _YEARS_LOOKED_BACK) & (usual > 0)
        ahead = days[(days >= origin) & (days < origin + horizon)] - origin
        factors[row, ahead] = _factor(values[seen[known]], usual[known])
    return factors


def _factor(counts: FloatArray, usual: FloatArray) -> float:
    """The share of the usual, shrunk towards all of it; 1 where each is told better without the others."""
    if len(counts) < _LEAST_SEEN:
        return 1.0
    if not counts.any() and usual.sum() >= TICKETS_MISSED:
        return 0.0
    by_others = _shrunk(counts.sum() - counts, usual.sum() - usual)
    helps = np.abs(counts - by_others * usual).sum() < np.abs(counts - usual).sum()
    return float(_shrunk(counts.sum(), usual.sum())) if helps else 1.0


def _shrunk(counts: FloatArray, usual: FloatArray) -> FloatArray:
    return (counts + TICKETS_MISSED) / (usual + TICKETS_MISSED)
