"""A number added up anew, from the rows of the published table it stands for."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from api.insights.answers.statements import Statement, compile_statement
from api.insights.proof.claims import Claim

PERIOD = "period"
DATES = ("start_date", "end_date")
# What the decimals of an answer leave out.
ROUNDING = 0.0101


@dataclass(frozen=True)
class Selection:
    """The rows a number stands for.

    Attributes:
        filters: What was asked, by parameter, and the dates the answer says it is of.
        group: What picks the number's group among them.
    """

    filters: dict[str, Any]
    group: dict[str, Any]

    @property
    def is_possible(self) -> bool:
        """Whether the group is one that the filters leave."""
        return all(self.filters.get(name) in {None, value} for name, value in self.group.items())


def select_rows(claim: Claim, body: Mapping[str, Any], values: Mapping[str, Any]) -> Selection:
    filters = {name: values.get(name) for name in claim.metric.filters if values.get(name) is not None}
    told = body.get("date_range") or {}
    filters |= {name: dt.date.fromisoformat(told[name]) for name in DATES if told.get(name)}
    group = dict(claim.group)
    if PERIOD in group:
        filters |= _clip(dt.date.fromisoformat(group.pop(PERIOD)), body.get("granularity", "day"), filters)
    return Selection(filters, group)


def _clip(first: dt.date, granularity: str, filters: Mapping[str, Any]) -> dict[str, dt.date]:
    """The days of a period that the range holds."""
    after = {
        "day": first + dt.timedelta(days=1),
        "week": first + dt.timedelta(days=7),
        "month": (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1),
    }[granularity]
    last = after - dt.timedelta(days=1)
    return {
        "start_date": max(first, filters.get("start_date") or first),
        "end_date": min(last, filters.get("end_date") or last),
    }


def compile_readding(claim: Claim, selection: Selection, as_of: dt.datetime | None) -> Statement:
    """The metric's aggregate over the rows, also as of an instant; only filters in use are conditions."""
    metric = claim.metric
    assert metric.rows is not None  # noqa: S101 - a claim is of a provable metric
    assert metric.rows_sql is not None  # noqa: S101 - the same
    instant = f"counted.{metric.rows.instant}"
    dates = {
        "start_date": f"{instant} >= :start_date::date::timestamp at time zone 'UTC'",
        "end_date": f"{instant} < (:end_date::date + 1)::timestamp at time zone 'UTC'",
    }
    conditions = [dates.get(name, f"counted.{name} = :{name}") for name in selection.filters]
    group = [f"counted.{name} = :group_{name}" for name in selection.group]
    if "{group}" not in metric.rows_sql:
        conditions += group
    return compile_statement(
        "readded",
        aggregate=metric.rows_sql.replace("{group}", " and ".join(group) or "true"),
        table=metric.rows.table if as_of is None else "({{ tickets_as_of }})",
        conditions=" and ".join(conditions) or "true",
    )


def arguments_of(selection: Selection, values: Mapping[str, Any]) -> dict[str, Any]:
    picked = {f"group_{name}": value for name, value in selection.group.items()}
    return {**values, **selection.filters, **picked}


def drilldown_address(claim: Claim, selection: Selection, values: Mapping[str, Any]) -> str | None:
    """The list that the number opens to; None where there is none, or the filters leave it nothing."""
    if claim.carrier.opens is None or not selection.is_possible:
        return None
    asked = {**selection.filters, **selection.group}
    for name, value in claim.carrier.query.items():
        given = isinstance(value, str) and value.startswith("{")
        asked[name] = values.get(str(value)[1:-1]) if given else value
    path = claim.carrier.opens
    for name in [name for name in asked if f"{{{name}}}" in path]:
        path = path.replace(f"{{{name}}}", str(asked.pop(name)))
    asked["as_of"] = values.get("as_of")
    query = urlencode({name: _told(value) for name, value in asked.items() if value is not None})
    return f"{path}?{query}" if query else path


def _told(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value).lower() if isinstance(value, bool) else str(value)


def agrees(told: float | None, found: float | None, error_percent: float) -> bool:
    if told is None or found is None:
        return told is found
    slack = abs(found) * error_percent / 100 + ROUNDING if error_percent else 1e-9
    return abs(told - found) <= slack
