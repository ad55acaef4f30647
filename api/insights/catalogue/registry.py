"""Every metric, defined once: the files of `metrics/`, one per topic, are the only place that defines any.

A file holds what its metrics share (owner, dbt model, published tables, filters) and under `metrics` one
entry per metric. To add one, add an entry; what carries it is told by `carried`: the path of an answer, its
field, and the list that opens it. Fields of rows are written with `[]`: `status_summary[].count`. What
tells such rows apart is told once per list under `groups`: the row's field and the parameter it stands for.

`rows_sql` is the metric as an aggregate over the rows of `rows`, which a proof adds up anew. In it `{group}`
stands for what picks the row's group, `:name` for a parameter; without `{group}` only the group's rows are
read. Paths are written from `/analytics` on.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.insights.catalogue.enums import Unit

FOLDER = Path(__file__).parent / "metrics"
Parameter = str | int | bool | None


def full_path(path: str) -> str:
    """The path of a route with the prefix that all of the read side share."""
    return f"/analytics{path.removeprefix('/analytics')}"


Address = Annotated[str, AfterValidator(full_path)]
Groups = dict[Address, dict[str, dict[str, str]]]


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Carrier(Entry):
    """A field of an answer, and the list of rows that explains it.

    Attributes:
        answer: Path of the answer.
        field: Field that carries the metric; only where the answer was asked for what `when` says.
        opens: Path of the list, to be asked for `query` besides the filters; `{name}` is a parameter given.
    """

    answer: Address
    field: str
    when: dict[str, Parameter] = Field(default_factory=dict)
    opens: Address | None = None
    query: dict[str, Parameter] = Field(default_factory=dict)


class Rows(Entry):
    """The published table that holds what is counted, and its column that the dates filter by."""

    table: str
    instant: str


class Definition(Entry):
    """A metric as its topic's file writes it."""

    name: str
    formula: str
    unit: Unit
    source: str | None = None
    sql: str | None = None
    rows_sql: str | None = None
    rows: Rows | None = None
    grain: str | None = None
    model: str | None = None
    error_percent: float = 0
    filters: tuple[str, ...] | None = None
    options: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    carried: tuple[Carrier, ...] = Field(min_length=1)


class Topic(Entry):
    """One file: what its metrics share, and the metrics by id."""

    title: str
    owner: str
    model: str
    grain: str
    source: str
    rows: Rows | None = None
    filters: tuple[str, ...]
    tests: tuple[str, ...]
    groups: Groups = Field(default_factory=dict)
    metrics: dict[str, Definition]


class Metric(Definition):
    """A metric with all that its topic says of it.

    Attributes:
        source: Published table the number is read from, `sql` the expression over its columns.
        rows: Published table whose rows it adds up to, `rows_sql` the aggregate over them.
        groups: Per answer and list, the fields that tell its rows apart and the parameter of each.
        error_percent: Largest relative error, 0 for an exact number.
        options: Parameters that are no filters of rows, yet change the number.
    """

    id: str
    topic: str
    owner: str
    source: str
    grain: str
    model: str
    filters: tuple[str, ...]
    groups: Groups

    @cached_property
    def is_provable(self) -> bool:
        return self.rows is not None and self.rows_sql is not None


@cache
def load_topics() -> dict[str, Topic]:
    """Read every file of `metrics/`, by its name."""
    return {
        path.stem: Topic.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
    }


@cache
def load_metrics() -> dict[str, Metric]:
    """All metrics by id, in the order of the files.

    Raises:
        ValueError: Two files define the same metric, or two metrics claim one field.
    """
    metrics: dict[str, Metric] = {}
    for metric in _complete(load_topics()):
        if metric.id in metrics:
            raise ValueError(f"{metric.id} is defined by {metrics[metric.id].topic} and by {metric.topic}")
        metrics[metric.id] = metric
    _refuse_shared_fields(metrics.values())
    return metrics


@cache
def metrics_of(path: str) -> tuple[Metric, ...]:
    """The metrics that an answer carries, or that a list explains, `path` being that of its route."""
    return tuple(
        metric
        for metric in load_metrics().values()
        if any(path in {carrier.answer, carrier.opens} for carrier in metric.carried)
    )


def field_pattern(field: str) -> re.Pattern[str]:
    """Match the field with any group picked: `a[].b` matches `a[status=new].b`."""
    return re.compile(re.escape(field).replace(r"\[\]", r"\[[^=\]]+=.*\]"))


def _complete(topics: dict[str, Topic]) -> Iterator[Metric]:
    for name, topic in topics.items():
        shared = {name: getattr(topic, name) for name in ("source", "rows", "grain", "model", "filters")}
        for metric_id, definition in topic.metrics.items():
            own = {key: value for key, value in dict(definition).items() if value is not None}
            fields = shared | own | {"tests": (*topic.tests, *definition.tests)}
            yield Metric(id=metric_id, topic=name, owner=topic.owner, groups=topic.groups, **fields)


def _refuse_shared_fields(metrics: Iterable[Metric]) -> None:
    claimed: dict[tuple[str, ...], str] = {}
    for metric in metrics:
        for carrier in metric.carried:
            field = (carrier.answer, carrier.field, *map(str, carrier.when.items()))
            other = claimed.setdefault(field, metric.id)
            if other != metric.id:
                raise ValueError(f"{carrier.field} of {carrier.answer} is claimed by {other} and {metric.id}")
