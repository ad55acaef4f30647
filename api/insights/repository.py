"""One statement a request: PostgreSQL renders the answer, its bytes are handed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from api.insights.drilldowns import FILTERS, Selection, compile_drilldown
from api.insights.enums import GroupBy
from api.insights.statements import Statement, compile_answer, compile_statement

DASHBOARD = compile_answer("dashboard")
STATUS = compile_answer("status")
PRIORITY = compile_answer("priority")
AGE = compile_answer("age")
TRENDS = compile_answer("trends")
FORECAST = compile_answer("forecast")
FORECAST_SERIES = compile_statement("forecast_series")

LARGEST_FIRST = "order by measured.tickets desc, {}"
SLA = {
    GroupBy.PRIORITY: compile_answer(
        "sla",
        groups="{{ groups_priority }}",
        group_columns="series.priority",
        group_order="order by series.position",
    ),
    GroupBy.WORKFLOW: compile_answer(
        "sla",
        groups="{{ groups_workflow }}",
        group_columns="series.workflow_id, series.workflow_name",
        group_order=LARGEST_FIRST.format("series.workflow_id"),
    ),
    GroupBy.DEPARTMENT: compile_answer(
        "sla",
        groups="{{ groups_department }}",
        group_columns="series.department",
        group_order=LARGEST_FIRST.format("series.department"),
    ),
    GroupBy.CATEGORY: compile_answer(
        "sla",
        groups="{{ groups_category }}",
        group_columns="series.category",
        group_order=LARGEST_FIRST.format("series.category"),
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a publication says; no body when the reader holds it already or there is none."""

    publication_id: int
    data_as_of: str
    body: bytes | None


async def find_answer(
    pool: asyncpg.Pool, statement: Statement, values: Mapping[str, Any], known_publication: int | None
) -> Answer | None:
    """Read one answer; None while nothing is published."""
    arguments = statement.arguments({**values, "known_publication": known_publication})
    row = await pool.fetchrow(statement.text, *arguments)
    return None if row is None else Answer(row["publication_id"], row["data_as_of"], row["body"])


def drilldown_statement(selection: Selection, values: Mapping[str, Any]) -> Statement:
    return compile_drilldown(selection, frozenset(name for name in FILTERS if values[name] is not None))


async def list_forecast_filters(pool: asyncpg.Pool) -> list[str]:
    """The combinations of filters that have a forecast, most general first."""
    rows = await pool.fetch(FORECAST_SERIES.text)
    return [row["filters"] for row in rows]
