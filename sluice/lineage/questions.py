"""Which statements answer which route: each route is asked in every way that its query knows.

No database is needed. In the place of one stands a pool that writes down what it is asked.
"""

import asyncio
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from inspect import signature
from itertools import chain, combinations
from types import SimpleNamespace
from typing import Annotated, Any, get_args, get_origin
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from api.identity.enums import UserType
from api.identity.principal import ADMIN_ROLES, Principal
from api.insights.answers.routes import QUESTIONS
from api.insights.catalogue.registry import full_path
from api.insights.endpoints import router
from api.insights.operational import alerts, components
from api.kit.errors import ApiError

PUT_TOGETHER = {"/analytics/forecast/comprehensive/"}
PAST = "as_of"
ADMIN = Principal(1, UserType.STAFF, "lineage", roles=ADMIN_ROLES)
LIMITS = [(name, Decimal(1)) for name in (*alerts.THRESHOLDS, *components.THRESHOLDS, "at_risk_ratio")]
VALUES: dict[type, str] = {
    int: "1",
    float: "0.5",
    Decimal: "1",
    dt.date: "2026-01-01",
    UUID: str(UUID(int=1)),
    str: "UTC",
}
# Filters by these are conditions alike, whatever else is asked for.
ALIKE = {
    *("department", "category", "sub_category", "workflow_id", "priority", "role", "source", "user_id"),
    *("start_date", "end_date", "days", "granularity", "compare", "limit", "min_items"),
}


class Recorder:
    """Stands in the place of a pool or a connection, and has nothing to tell."""

    def __init__(self) -> None:
        self.statements: dict[str, bool] = {}
        self.is_past = False

    async def fetchrow(self, statement: str, *_: Any) -> dict[str, Any]:
        self.statements.setdefault(statement, self.is_past)
        return {
            "publication_id": 0,
            "data_as_of": "",
            "body": None,
            "previous": None,
            "set_aside": 0,
            "since": None,
            "until": dt.datetime.max.replace(tzinfo=dt.UTC),
        }

    async def fetchval(self, statement: str, *_: Any) -> str:
        self.statements.setdefault(statement, self.is_past)
        return "{}"

    async def fetch(self, statement: str, *_: Any) -> list[tuple[str, Decimal]]:
        return LIMITS if "insight_threshold" in statement else []


def routes_of(routes: list[Any]) -> Iterator[Any]:
    """Every route that answers from a publication, those of included routers too."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from routes_of(route.effective_candidates())
        elif getattr(route, "endpoint", None) in QUESTIONS:
            yield route


def published_routes() -> dict[str, Any]:
    """The routes by path."""
    return {full_path(route.path): route for route in routes_of(router.routes)}


def statements_of(route: Any) -> dict[str, bool]:
    """Every statement by which a route may answer, and whether it does so of the past alone.

    In the order in which they were met; none of an answer that is put together from others.
    """
    if full_path(route.path) in PUT_TOGETHER:
        return {}
    return asyncio.run(_ask(route))


async def _ask(route: Any) -> dict[str, bool]:
    recorder = Recorder()
    for query in _queries(QUESTIONS[route.endpoint]):
        recorder.is_past = PAST in query
        request = _request(route, query, recorder)
        given = {"principal": ADMIN, "_": ADMIN, "request": request}
        names = signature(route.endpoint).parameters
        try:
            await route.endpoint(**{name: given.get(name, 1) for name in names})
        except (ApiError, RequestValidationError):
            # Not every combination can be asked for, and a list that is empty has no second page.
            continue
    return recorder.statements


def _request(route: Any, query: dict[str, str], recorder: Recorder) -> Request:
    state = SimpleNamespace(read_pool=recorder, membership_pool=recorder)
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": route.path,
            "headers": [],
            "query_string": urlencode(query).encode(),
            "app": SimpleNamespace(state=state),
            "route": route,
            "endpoint": route.endpoint,
            "state": {"principal": ADMIN},
        }
    )


def _queries(model: type[BaseModel]) -> Iterator[dict[str, str]]:
    """Each value of each parameter by itself, those that decide how rows are counted together as well."""
    options = {name: list(_options(field.annotation)) for name, field in model.model_fields.items()}
    yield {}
    for name, values in options.items():
        yield from ({name: value} for value in values)
    deciding = [name for name, values in options.items() if values and name not in ALIKE]
    for names in chain(combinations(deciding, 2), combinations(deciding, 3)):
        yield {name: options[name][0] for name in names}


def _options(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Annotated:
        yield from _options(get_args(annotation)[0])
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(member.value) for member in annotation)
    elif annotation is bool:
        yield from ("true", "false")
    elif isinstance(annotation, type):
        yield from (value for kind, value in VALUES.items() if issubclass(annotation, kind))
    else:
        for option in get_args(annotation):
            yield from _options(option)
