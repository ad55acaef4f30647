from fastapi import APIRouter, Request, Response

from api.identity.auth import Admin
from api.insights.answers.reading import Reading
from api.insights.answers.routes import published
from api.insights.risks import schemas, service
from api.insights.risks.queries import RiskForecastQuery, RisksQuery

router = APIRouter()


@published(router, "/forecast/sla-risk/", RiskForecastQuery, schemas.RiskForecast, rows="at_risk_tasks")
async def read_risk_forecast(_: Admin, request: Request) -> Response:
    """Open tickets by the risk that their SLA is breached, by points of rules or by a model.

    `method=rules` adds up points for the time left, the time used, the priority and the age; `method=model`
    tells the probability that a model learnt from the desk's own tickets, as of when it was asked last.
    Tickets that are late already are counted apart.
    """
    reading = Reading.of(request, RiskForecastQuery)
    return reading.respond(await service.get_risk_forecast(reading))


@published(router, "/drilldown/risks/", RisksQuery, schemas.TicketRisks)
async def list_ticket_risks(_: Admin, request: Request) -> Response:
    """Open tickets with their risk and how long they will still take, the highest risk first."""
    reading = Reading.of_list(request, RisksQuery)
    return reading.respond(await service.list_risks(reading))
