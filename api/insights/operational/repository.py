"""The statements behind the operational insights."""

import json
from functools import cache
from typing import Any

import asyncpg

from api.insights.answers.statements import Statement, compile_answer, compile_statement
from api.insights.operational.selection import BEYOND, IN_TIME, OLDER, QUIET, WITHIN, all_of

WORKLOAD = compile_answer("workload")
ANOMALIES = compile_answer("anomalies")
SERVICE_HEALTH = compile_answer("service_health")
LIVE_STATE = compile_statement("live_state")

_CRITICAL = WITHIN.format(":sla_critical_hours::numeric")
_LATER = BEYOND.format(":sla_critical_hours::numeric")
_WARNING = WITHIN.format(":sla_warning_hours::numeric")


@cache
def operational_statement(narrowed: tuple[str, ...]) -> Statement:
    return compile_answer(
        "operational",
        narrowed=all_of(narrowed),
        in_time=IN_TIME,
        critical=_CRITICAL,
        warning=f"{_LATER} and {_WARNING}",
        stale=QUIET.format(":stale_ticket_days::numeric::integer"),
        aging=OLDER.format(":aging_ticket_days::numeric::integer"),
    )


@cache
def risk_statement(narrowed: tuple[str, ...], at_risk: tuple[str, ...]) -> Statement:
    return compile_answer("sla_risk", narrowed=all_of(narrowed), in_time=IN_TIME, at_risk=all_of(at_risk))


async def read_live_state(pool: asyncpg.Pool) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(await pool.fetchval(LIVE_STATE.text))
    return state
