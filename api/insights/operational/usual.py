"""Which counts of a day are usual, from what was expected and the thresholds in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Self

from api.insights.operational.limits import Limits

THRESHOLDS = ("anomaly_z", "anomaly_min_difference", "anomaly_alerts_per_week")


@dataclass(frozen=True, slots=True)
class Usual:
    """What a day is held to.

    `least_deviation` is the robust z-score that a count must be past for the budget of alerts to hold, None
    where too little was judged before to say.
    """

    expected: float
    spread: float
    least_deviation: float | None
    limits: Limits

    @classmethod
    def of(cls, row: Mapping[str, Any], limits: Limits) -> Self:
        return cls(row["expected"], row["spread"], row["least_deviation"], limits)

    def is_unusual(self, count: int) -> bool:
        """The same as `sql/anomalies.sql` says, which compares with the same numbers."""
        difference = abs(count - self.expected)
        deviation = difference / self.spread
        return (
            deviation >= float(self.limits["anomaly_z"])
            and difference >= float(self.limits["anomaly_min_difference"])
            and (self.least_deviation is None or deviation > self.least_deviation)
        )

    def bounds(self) -> tuple[int, int]:
        """The least and the most that is not unusual."""
        least = max(float(self.limits["anomaly_z"]), self.least_deviation or 0)
        reach = max(least * self.spread, float(self.limits["anomaly_min_difference"]))
        lower, upper = floor(self.expected - reach), ceil(self.expected + reach)
        while self.is_unusual(upper):
            upper -= 1
        while lower < 0 or self.is_unusual(lower):
            lower += 1
        return lower, upper
