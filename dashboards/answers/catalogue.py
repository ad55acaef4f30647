from dataclasses import dataclass
from typing import Self

from dashboards.answers.base import Answer


class Carrier(Answer):
    answer: str
    field: str


class Metric(Answer):
    name: str
    formula: str
    error_percent: float
    is_provable: bool
    carried_by: list[Carrier]


class Metrics(Answer):
    results: list[Metric]


@dataclass(frozen=True)
class Meaning:
    """A metric in the words of the catalogue; one that is provable opens to its rows."""

    name: str
    text: str
    is_provable: bool

    @classmethod
    def of(cls, metric: Metric) -> Self:
        accuracy = f" Within {metric.error_percent:g} %." if metric.error_percent else ""
        return cls(metric.name, f"{metric.formula}{accuracy}", metric.is_provable)
