from fastapi import APIRouter, Request, Response

from api.identity.auth import Admin, AnyStaff
from api.insights.answers.queries import TicketFilters
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.operational import health_schemas, schemas, service, threshold_endpoints
from api.insights.operational.limits import judge, judge_live
from api.insights.operational.queries import (
    AnomaliesQuery,
    NoQuery,
    OpenRowsQuery,
    SlaRiskQuery,
    WorkloadQuery,
)

router = APIRouter()
router.include_router(threshold_endpoints.router)


@published(router, "/operational/", TicketFilters, schemas.Operational, rows="alerts")
async def read_operational(_: Admin, request: Request) -> Response:
    """What to act on, worst first, and a health score that says what each kind of alert takes off it."""
    reading = await judge(request, TicketFilters)
    return reading.respond(await service.get_operational(reading))


@published(router, "/workload/", WorkloadQuery, schemas.Workload, rows="workloads")
async def read_workload(_: Admin, request: Request) -> Response:
    """Open items of each person beside what they can carry; whoever has none is listed too."""
    reading = await judge(request, WorkloadQuery)
    return reading.respond(await service.get_workload(reading))


@published(router, "/sla-risk/", SlaRiskQuery, schemas.SlaRisk, rows="at_risk")
async def read_sla_risk(_: Admin, request: Request) -> Response:
    """Open tickets past their target, longest overdue first, and those at risk, nearest first."""
    reading = await judge(request, SlaRiskQuery)
    return reading.respond(await service.get_sla_risk(reading))


@published(router, "/anomalies/", AnomaliesQuery, schemas.Anomalies, rows="anomalies")
async def read_anomalies(_: Admin, request: Request) -> Response:
    """Complete days unlike what was expected of them, no more than the budget of alerts per week."""
    reading = await judge(request, AnomaliesQuery)
    return reading.respond(await service.get_anomalies(reading))


@published(router, "/service-health/", NoQuery, health_schemas.ServiceHealth, is_live=True)
async def read_service_health(_: Admin, request: Request) -> Response:
    """Figures of the publication, and the state of every part of the service as it is now."""
    reading = await judge_live(request, NoQuery)
    return reading.respond(await service.get_service_health(reading))


@published(router, "/drilldown/tickets/open/", OpenRowsQuery, schemas.OpenRows)
async def list_open_tickets(_: AnyStaff, request: Request) -> Response:
    """Open tickets behind alerts and risks, oldest first."""
    reading = Reading.of_list(request, OpenRowsQuery)
    return reading.respond(await service.list_open(reading))
