"""Each question about what to act on, put to the statement that answers it and judged by the thresholds."""

from typing import Any

from api.insights.answers.queries import TicketFilters
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed
from api.insights.answers.service import get_answer, list_rows, list_values, retell
from api.insights.answers.statements import conditions_of
from api.insights.operational import alerts, anomalies, components, health, repository
from api.insights.operational.limits import JudgedReading
from api.insights.operational.queries import (
    AnomaliesQuery,
    NoQuery,
    OpenRowsQuery,
    SlaRiskQuery,
    WorkloadQuery,
)
from api.insights.operational.selection import (
    AT_RISK,
    NARROWING,
    ROW_FILTERS,
    compile_open_list,
)

Told = dict[str, Any]


async def get_operational(reading: JudgedReading[TicketFilters]) -> Answer:
    """Alerts, and the health score that they leave."""
    values = reading.values
    statement = repository.operational_statement(conditions_of(NARROWING, {**values, "source": None}))
    filters = {name: str(value) for name, value in vars(reading.query).items() if value is not None}

    def judge(figures: Told) -> Told:
        found = alerts.find_alerts(figures, reading.limits, filters)
        parts = health.score_parts(found)
        kept = ("generated_at", "data_as_of", "publication_id", "date_range")
        return {
            **{name: figures[name] for name in kept},
            "health_score": health.score(parts),
            "components": parts,
            "summary": health.summarise(found),
            "alerts": found,
            "thresholds": reading.limits.pick(alerts.THRESHOLDS),
        }

    return retell(await get_answer(reading, statement, values), judge)


async def get_workload(reading: JudgedReading[WorkloadQuery]) -> Answer:
    return await get_answer(reading, repository.WORKLOAD, reading.values)


async def get_sla_risk(reading: JudgedReading[SlaRiskQuery]) -> Answer:
    values, query = reading.values, reading.query
    # Few hours left are asked for by themselves; without either, the threshold tells what is at risk.
    is_by_hours = query.at_risk_ratio is None and query.within_hours is not None
    ratio = None if is_by_hours else query.at_risk_ratio or reading.limits["at_risk_ratio"]
    values["at_risk_ratio"] = ratio
    statement = repository.risk_statement(conditions_of(NARROWING, values), conditions_of(AT_RISK, values))
    return await get_answer(reading, statement, values)


async def list_open(reading: Reading[OpenRowsQuery]) -> Listed:
    values = list_values(reading)
    return await list_rows(reading, compile_open_list(conditions_of(ROW_FILTERS, values)), values)


async def get_anomalies(reading: JudgedReading[AnomaliesQuery]) -> Answer:
    answer = await get_answer(reading, repository.ANOMALIES, reading.values)
    return retell(answer, lambda facts: anomalies.tell(facts, reading.limits))


async def get_service_health(reading: JudgedReading[NoQuery]) -> Answer:
    """What the publication says, and the live state of every part beside it."""
    state = await repository.read_live_state(reading.request.app.state.membership_pool)

    def judge(facts: Told) -> Told:
        metrics = {name: facts[name] for name in components.METRICS}
        parts = components.judge_components(state, facts, reading.limits)
        status, reasons = components.judge_service(metrics, parts, reading.limits)
        return {
            **{name: facts[name] for name in ("generated_at", "data_as_of", "publication_id")},
            "health_status": status,
            "reasons": reasons,
            "metrics": metrics,
            "components": parts,
            "thresholds": reading.limits.pick(components.THRESHOLDS),
        }

    return retell(await get_answer(reading, repository.SERVICE_HEALTH, reading.values), judge)
