"""Who may call what: the index of the contract, and below it what exists beyond the index."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from api.identity import auth


class Level(StrEnum):
    PUBLIC = "public"
    PERSON = "person"
    STAFF = "staff"
    COORDINATOR = "coordinator"
    ADMIN = "admin"
    SERVICE = "service"
    PERSON_OR_SERVICE = "person or service"
    ADMIN_OR_SERVICE = "admin or service"


class Operation(NamedTuple):
    method: str
    path: str


# Levels as in the index; `{}` stands for any id. Employees see their own tickets and nothing else.
WORKFLOW_API = {
    Level.PUBLIC: """
        GET /
        GET /healthz/
        GET /readyz/
        GET /docs/
        GET /openapi.json
        POST /auth/token/
        POST /auth/refresh/
    """,
    Level.PERSON: """
        POST /auth/sign-out/
        POST /auth/password/
        GET /tickets/
        GET /tickets/{}/
    """,
    Level.STAFF: """
        GET /workflows/
        GET /workflows/{}/
        GET /workflows/{}/graph/
        GET /workflows/{}/detail/
        GET /steps/
        GET /steps/{}/
        GET /transitions/
        GET /transitions/{}/
        POST /transitions/{}/transition/
        GET /tasks/
        GET /tasks/{}/
        PUT /tasks/{}/
        GET /tasks/my-tasks/
        POST /tasks/escalate/
        GET /tasks/{}/visualization/
        GET /tasks/{}/action-logs/
        POST /tasks/{}/update-user-status/
        GET /roles/
        GET /roles/{}/
        GET /analytics/ticket-trends/
        GET /analytics/task-item-trends/
        GET /analytics/ticket-categories/
        GET /analytics/tickets/dashboard/
        GET /analytics/tickets/status/
        GET /analytics/tickets/priority/
        GET /analytics/tickets/age/
        GET /analytics/tickets/sla/
        GET /analytics/workflows/metrics/
        GET /analytics/workflows/departments/
        GET /analytics/workflows/steps/
        GET /analytics/tasks/status/
        GET /analytics/tasks/origin/
        GET /analytics/tasks/performance/
        GET /analytics/tasks/users/
        GET /analytics/tasks/transfers/
        GET /analytics/drilldown/tickets/status/
        GET /analytics/drilldown/tickets/priority/
        GET /analytics/drilldown/tickets/age/
        GET /analytics/drilldown/tickets/sla/
        GET /analytics/drilldown/tasks/status/
        GET /analytics/drilldown/tasks/origin/
        GET /analytics/drilldown/user/{}/
        GET /analytics/drilldown/workflow/{}/
        GET /analytics/drilldown/transfers/
    """,
    Level.COORDINATOR: """
        GET /tasks/owned-tickets/
    """,
    Level.ADMIN: """
        POST /workflows/
        DELETE /workflows/{}/
        PUT /workflows/{}/update-details/
        PUT /workflows/{}/update-graph/
        POST /workflows/{}/initialize/
        POST /steps/
        PUT /steps/{}/
        DELETE /steps/{}/
        POST /transitions/
        DELETE /transitions/{}/
        POST /tasks/
        DELETE /tasks/{}/
        GET /tasks/all-tasks/
        POST /tasks/transfer/
        POST /roles/
        GET /audit/events/
        GET /audit/events/{}/
        GET /audit/events/by-target/
        GET /analytics/operational/
        GET /analytics/workload/
        GET /analytics/sla-risk/
        GET /analytics/anomalies/
        GET /analytics/service-health/
        GET /analytics/forecast/volume/
        GET /analytics/forecast/resolution/
        GET /analytics/forecast/category/
        GET /analytics/forecast/sla-risk/
        GET /analytics/forecast/workload/
        GET /analytics/forecast/comprehensive/
        GET /analytics/forecast/accuracy/
        GET /analytics/drilldown/forecasts/
        GET /analytics/drilldown/risks/
        GET /tasks/failed-notifications/
        POST /tasks/failed-notifications/{}/retry/
    """,
    Level.SERVICE: """
        POST /internal/tickets/ingest/
        POST /internal/role-sync/
    """,
}
TICKET_SERVICE = {
    Level.PUBLIC: """
        GET /
        GET /healthz/
        GET /readyz/
        GET /docs/
        GET /openapi.json
    """,
    Level.PERSON: """
        GET /tickets/
        GET /tickets/{}/
        PUT /tickets/{}/
        POST /tickets/{}/attachments/
        GET /tickets/{}/attachments/{}/
        DELETE /tickets/{}/attachments/{}/
    """,
    Level.PERSON_OR_SERVICE: """
        POST /tickets/
        POST /send/
    """,
    Level.ADMIN: """
        DELETE /tickets/{}/
    """,
    Level.SERVICE: """
        POST /internal/tickets/news/
    """,
    Level.ADMIN_OR_SERVICE: """
        GET /metrics/
    """,
}
BEYOND_THE_INDEX: dict[Level, str] = {
    Level.PERSON: """
        GET /notifications/
        GET /notifications/{}/
        GET /notifications/unread-count/
        GET /notifications/preferences/
        PUT /notifications/preferences/
        POST /notifications/{}/read/
        POST /notifications/read-all/
    """,
    Level.STAFF: """
        GET /workflows/by-name/{}/
        GET /workflows/{}/versions/
        GET /workflows/{}/versions/{}/
        GET /steps/weights/workflow/{}/
        GET /analytics/drilldown/tickets/category/
        GET /analytics/drilldown/tickets/unassigned/
        GET /analytics/drilldown/tickets/open/
        GET /analytics/drilldown/steps/
        GET /analytics/drilldown/departments/
        GET /analytics/workflows/{}/process-map/
        GET /analytics/workflows/{}/variants/
        GET /analytics/lineage/
        GET /analytics/metrics/
        GET /analytics/metrics/{}/
        GET /analytics/proof/
        GET /sla/calendars/
        GET /sla/calendars/{}/
        GET /annotations/
        GET /annotations/{}/
        GET /tasks/{}/available-transitions/
        POST /tasks/{}/toggle-hold/
        POST /tasks/ticket-owner/escalate/
    """,
    Level.COORDINATOR: """
        GET /tasks/owned-tickets/{}/
        GET /tasks/ticket-owner/available-coordinators/
    """,
    Level.ADMIN: """
        GET /analytics/workflows/{}/event-log/
        GET /analytics/data-quality/
        GET /analytics/drilldown/data-quality/
        GET /analytics/thresholds/
        PUT /analytics/thresholds/{}/
        DELETE /analytics/thresholds/{}/
        POST /tickets/assign-task/
        POST /tasks/ticket-owner/transfer/
        POST /workflows/{}/versions/{}/rollback/
        PUT /steps/weights/workflow/{}/
        POST /sla/calendars/
        PUT /sla/calendars/{}/
        POST /annotations/
        PUT /annotations/{}/
        DELETE /annotations/{}/
        GET /webhooks/
        POST /webhooks/
        GET /webhooks/{}/
        PUT /webhooks/{}/
        DELETE /webhooks/{}/
        POST /webhooks/{}/rotate-secret/
        POST /webhooks/{}/test/
        GET /webhooks/{}/deliveries/
        POST /webhooks/{}/deliveries/{}/replay/
        GET /tasks/failed-notifications/{}/
        POST /tasks/failed-notifications/retry-all/
        POST /tasks/failed-notifications/retry_all/
    """,
    Level.ADMIN_OR_SERVICE: """
        GET /metrics/
    """,
}


def levels_of(*tables: dict[Level, str]) -> dict[Operation, Level]:
    return {
        Operation(*line.split()): level
        for table in tables
        for level, lines in table.items()
        for line in lines.strip().splitlines()
    }


def operation_of(method: str, path: str) -> Operation:
    return Operation(method, re.sub(r"\{[^}]*\}", "{}", path))


def walk(routes: list[Any]) -> Iterator[Any]:
    """Yield every route of a service, those of its included routers too; folders of files are none."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from walk(route.effective_candidates())
        elif getattr(route, "methods", None):
            yield route


def level_asked_by(route: Any) -> Level:
    """Read the level off the parameters of the endpoint."""
    asked = set(_calls(route.dependant)) if hasattr(route, "dependant") else set()
    by_call = {
        auth.require_service: Level.SERVICE,
        auth.require_admin_or_service: Level.ADMIN_OR_SERVICE,
        auth.authenticate_sender: Level.PERSON_OR_SERVICE,
        auth.require_admin: Level.ADMIN,
        auth.require_coordinator: Level.COORDINATOR,
        auth.require_staff: Level.STAFF,
        auth.authenticate: Level.PERSON,
    }
    return next((level for call, level in by_call.items() if call in asked), Level.PUBLIC)


def _calls(dependant: Any) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)
