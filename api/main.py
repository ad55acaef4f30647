"""The two services as uvicorn factories: the Workflow API (8002) and the Ticket Service (8004)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from starlette.types import Lifespan

from api.annotations import endpoints as annotation_endpoints
from api.audit import endpoints as audit_endpoints
from api.identity import endpoints as identity_endpoints
from api.identity.admission import install_admission
from api.identity.attempts import SignInAttempts
from api.identity.auth import require_admin_or_service
from api.identity.verification import TokenVerifier
from api.identity.withdrawals import Withdrawals
from api.insights import endpoints as insights_endpoints
from api.insights.catalogue.registry import load_metrics
from api.intake import endpoints as intake_endpoints
from api.intake import file_endpoints
from api.intake.api_keys import ApiKeys
from api.intake.file_store import FileStore
from api.intake.uploads import UPLOAD_PATH, UploadRules
from api.kit import health
from api.kit.db import Database, connect_membership_pool, connect_read_pool
from api.kit.delivery import IdempotencyKey, IntakeIdempotencyKey
from api.kit.documentation import DocumentedApp
from api.kit.error_responses import install_error_handlers
from api.kit.logs import start_logging
from api.kit.metrics import Metrics, show_metrics
from api.kit.requests import RequestEnvelope, Uploads
from api.kit.tracing import start_tracing
from api.notifications import endpoints as notification_endpoints
from api.notifications import failed_endpoints, webhook_endpoints
from api.roles import endpoints as role_endpoints
from api.settings import ApiSettings, get_settings
from api.sla import endpoints as sla_endpoints
from api.tasks import change_endpoints, ownership_endpoints, read_endpoints
from api.tasks import endpoints as task_endpoints
from api.workflows import endpoints as workflow_endpoints
from api.workflows import step_endpoints, transition_endpoints, version_endpoints

VERSION = "1.0"
_WORKFLOW_API_LINKS = ("workflows", "tickets", "tasks", "transitions", "roles", "steps", "analytics", "docs")
_TAGS = {
    "workflows": "Graphs of steps and transitions, and the versions that tasks run on",
    "steps": "Steps of the working graphs",
    "transitions": "Transitions of the working graphs, and moving a task along one",
    "tasks": "Tasks and their assignments",
    "tickets": "Tickets: snapshots in the Workflow API, the originals in the Ticket Service",
    "roles": "Roles and who holds them",
    "sla": "Calendars that the SLA clocks run on",
    "notifications": "What people are told, and how",
    "audit": "Who changed what, in an order that cannot be altered unnoticed",
    "analytics": "Figures, lists and forecasts of the newest publication",
    "annotations": "What managers wrote onto the days of the analytics",
    "auth": "Signing in with a local account",
    "internal": "What the services tell each other",
    "health": "For load balancers",
    "root": "Where to find what",
}


class Root(BaseModel):
    message: str
    version: str
    workflows: str
    tickets: str
    tasks: str
    transitions: str
    roles: str
    steps: str
    analytics: str
    docs: str
    health: str


class TicketServiceRoot(BaseModel):
    message: str
    version: str
    tickets: str
    docs: str
    health: str


def create_workflow_api(settings: ApiSettings | None = None) -> DocumentedApp:
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        listener = start_logging(settings.log_level)
        app.state.database = Database.connect(settings, role="sluice_api")
        app.state.read_pool = await connect_read_pool(settings)
        app.state.membership_pool = await connect_membership_pool(settings, role="sluice_api")
        app.state.sign_in_attempts = SignInAttempts(app.state.membership_pool)
        _watch_pools(app, "read", "membership")
        # A third of a second, which the first reader would wait for.
        load_metrics()
        try:
            yield
        finally:
            await app.state.verifier.close()
            await app.state.read_pool.close()
            await app.state.membership_pool.close()
            await app.state.database.close()
            await asyncio.to_thread(app.state.tracing.stop)
            listener.stop()

    app = _service("Sluice Workflow API", "workflow-api", settings, lifespan)
    app.state.idempotency_table = IdempotencyKey
    # The hot reads first: the router tries its routes in order.
    app.include_router(insights_endpoints.router)
    # Before /tasks/{task_id}/, which would take their names for ids.
    app.include_router(failed_endpoints.router)
    app.include_router(read_endpoints.router)
    app.include_router(task_endpoints.router)
    app.include_router(change_endpoints.router)
    app.include_router(ownership_endpoints.router)
    app.include_router(workflow_endpoints.router)
    app.include_router(step_endpoints.router)
    app.include_router(transition_endpoints.router)
    app.include_router(version_endpoints.router)
    app.include_router(role_endpoints.router)
    app.include_router(sla_endpoints.router)
    app.include_router(notification_endpoints.router)
    app.include_router(webhook_endpoints.router)
    app.include_router(annotation_endpoints.router)
    app.include_router(audit_endpoints.router)
    app.include_router(identity_endpoints.router)
    app.include_router(health.router)
    app.get("/", tags=["root"])(describe_workflow_api)
    return app


def create_ticket_service(settings: ApiSettings | None = None) -> DocumentedApp:
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        listener = start_logging(settings.log_level)
        app.state.database = Database.connect(settings, role="sluice_intake")
        app.state.membership_pool = await connect_membership_pool(settings, role="sluice_intake")
        app.state.api_keys = ApiKeys(app.state.membership_pool)
        _watch_pools(app, "membership")
        try:
            yield
        finally:
            await app.state.verifier.close()
            await app.state.membership_pool.close()
            await app.state.database.close()
            await asyncio.to_thread(app.state.tracing.stop)
            listener.stop()

    uploads = Uploads(UPLOAD_PATH, settings.attachment_max_bytes)
    app = _service("Sluice Ticket Service", "ticket-service", settings, lifespan, uploads)
    app.state.idempotency_table = IntakeIdempotencyKey
    app.state.file_store = FileStore.open(settings)
    app.state.upload_rules = UploadRules.of(settings)
    app.include_router(intake_endpoints.router)
    app.include_router(file_endpoints.router)
    app.include_router(intake_endpoints.internal_router)
    app.include_router(health.router)
    app.get("/", tags=["root"])(describe_ticket_service)
    return app


def _service(
    title: str,
    name: str,
    settings: ApiSettings,
    lifespan: Lifespan[FastAPI],
    uploads: Uploads | None = None,
) -> DocumentedApp:
    app = DocumentedApp(
        title=title,
        version=VERSION,
        lifespan=lifespan,
        license_info={"name": "MIT", "identifier": "MIT"},
        examples=Path(__file__).parent / "examples",
        tags=_TAGS,
    )
    app.state.settings = settings
    app.state.verifier = TokenVerifier(settings)
    app.state.withdrawals = Withdrawals(settings)
    app.state.metrics = Metrics(name)
    app.state.tracing = start_tracing(settings, f"sluice-{name}")
    app.state.tracing.watch_requests(app)
    app.add_middleware(RequestEnvelope, metrics=app.state.metrics, uploads=uploads)
    install_error_handlers(app)
    install_admission(app)
    protected = [Depends(require_admin_or_service)]
    app.get("/metrics/", dependencies=protected, include_in_schema=False)(show_metrics)
    return app


def _watch_pools(app: FastAPI, *driver_pools: str) -> None:
    metrics: Metrics = app.state.metrics
    metrics.watch_engine("operations", app.state.database.engine)
    for name in driver_pools:
        metrics.watch_driver_pool(name, getattr(app.state, f"{name}_pool"))


async def describe_workflow_api(request: Request) -> Root:
    """Name the parts of this service."""
    base = str(request.base_url)
    links = {name: f"{base}{name}/" for name in _WORKFLOW_API_LINKS}
    return Root(message="Sluice Workflow API", version=VERSION, health=f"{base}healthz", **links)


async def describe_ticket_service(request: Request) -> TicketServiceRoot:
    """Name the parts of this service."""
    base = str(request.base_url)
    return TicketServiceRoot(
        message="Sluice Ticket Service",
        version=VERSION,
        tickets=f"{base}tickets/",
        docs=f"{base}docs/",
        health=f"{base}healthz",
    )
