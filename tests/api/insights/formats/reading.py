"""Tables as their readers get them: with the standard library, with pandas' engine, and page by page."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import httpx
from pyarrow import parquet

from tests.api.insights.calls import get

FIELDS = {
    "/tickets/dashboard/": None,
    "/tickets/status/": "status_summary",
    "/tickets/priority/": "priority_distribution",
    "/tickets/age/": "ticket_age",
    "/tickets/sla/": "sla_compliance",
    "/ticket-trends/": "trends",
    "/forecast/volume/": "forecasts",
    "/forecast/accuracy/": "daily",
    "/forecast/category/": "category_forecasts",
    "/forecast/resolution/": "predictions",
    "/forecast/comprehensive/": "recommendations",
    "/forecast/sla-risk/": "at_risk_tasks",
    "/forecast/workload/": "workload_forecast",
    "/ticket-categories/": "by_category",
    "/workflows/metrics/": "workflow_metrics",
    "/workflows/departments/": "department_analytics",
    "/workflows/steps/": "step_performance",
    "/workflows/{workflow_id}/process-map/": "edges",
    "/workflows/{workflow_id}/variants/": "results",
    "/tasks/status/": "status_distribution",
    "/tasks/origin/": "origin_distribution",
    "/tasks/performance/": None,
    "/tasks/users/": "user_performance",
    "/tasks/transfers/": None,
    "/task-item-trends/": "trends",
    "/sla-risk/": "at_risk",
    "/workload/": "workloads",
    "/anomalies/": "anomalies",
    "/data-quality/": "reasons",
}
OF_THE_MOMENT = {"generated_at"}


async def read_rows(client: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """The rows of an answer as JSON; of a list, those of every page."""
    if not path.startswith("/drilldown/"):
        answer = await get(client, path, **query)
        field = FIELDS[path]
        rows = [answer] if field is None else answer[field]
    else:
        answer = await get(client, path, page_size=100, **query)
        rows = answer["results"]
        while answer["next"]:
            answer = (await client.get(answer["next"])).json()
            rows += answer["results"]
    return rows


def read_csv(response: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))


def read_parquet(response: httpx.Response) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(io.BytesIO(response.content)).to_pylist()
    return rows


def as_cell(value: Any) -> str:
    """How a value of JSON is written in a cell of CSV."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value[:1] in {"=", "+", "-", "@", "\t", "\r"} and value else value
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value)


def as_typed(value: Any, like: Any) -> Any:
    """A value of JSON as the type of its column has it."""
    if isinstance(like, datetime | date) and value is not None:
        return type(like).fromisoformat(value)
    return value


def as_cells(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """A row of JSON as CSV has it."""
    return {name: as_cell(row.get(name)) for name in names}


def as_types(row: Mapping[str, Any], like: Mapping[str, Any]) -> dict[str, Any]:
    """A row of JSON as Parquet has it."""
    return {name: as_typed(row.get(name), value) for name, value in like.items()}
