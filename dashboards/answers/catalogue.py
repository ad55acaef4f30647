from dataclasses import dataclass
from typing import Self

from dashboards.answers.base import Answer, Page


class Carrier(Answer):
    answer: str
    field: str
    drilldown: str | None


class Metric(Answer):
    id: str
    name: str
    topic: str
    formula: str
    unit: str
    grain: str
    model: str
    owner: str
    error_percent: float
    is_provable: bool
    carried_by: list[Carrier]


class Metrics(Page):
    results: list[Metric]


@dataclass(frozen=True)
class Meaning:
    """A metric in the words of the catalogue; one that is provable opens to its rows, if they are listed."""

    name: str
    text: str
    is_provable: bool
    is_listed: bool

    @classmethod
    def of(cls, metric: Metric, carrier: Carrier) -> Self:
        accuracy = f" Within {metric.error_percent:g} %." if metric.error_percent else ""
        return cls(
            metric.name, f"{metric.formula}{accuracy}", metric.is_provable, carrier.drilldown is not None
        )
