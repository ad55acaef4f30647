"""How each part of the service is doing, judged by what is waiting, what failed and how old things are."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.insights.operational.enums import ComponentStatus, Health
from api.insights.operational.limits import Limits

THRESHOLDS = (
    "sla_healthy",
    "sla_warning",
    "pending_healthy",
    "pending_warning",
    "at_risk_healthy",
    "at_risk_warning",
    "delivery_warning_minutes",
    "delivery_critical_minutes",
    "role_sync_warning_hours",
    "publication_warning_hours",
    "publication_critical_hours",
    "model_warning_hours",
)
METRICS = (
    "total_tasks",
    "pending",
    "in_progress",
    "completed",
    "sla_compliance_rate",
    "sla_at_risk",
    "completion_rate",
)
DIRECTIONS = ("to_workflow_api", "to_ticket_service")
OK, WARNING, CRITICAL = ComponentStatus.OK, ComponentStatus.WARNING, ComponentStatus.CRITICAL

State = Mapping[str, Any]


def judge_components(state: State, facts: State, limits: Limits) -> dict[str, Any]:
    """Give each component its status.

    Args:
        state: What `sql/live_state.sql` found.
        facts: What `sql/service_health.sql` answered.
        limits: Thresholds in force.
    """
    delivery = {
        direction: _waiting(state[direction], limits)
        for direction in ("to_workflow_api", "to_ticket_service")
    }
    return {
        # It has just answered.
        "database": {"status": OK},
        "ticket_service": {"status": worst(each["status"] for each in delivery.values()), **delivery},
        "notification_outbox": _waiting(state["notifications"], limits),
        "role_sync": _role_sync(state["role_sync"], limits),
        "dagster": _pipeline(state, facts, limits),
        "forecast_models": _models(state, facts["model"], limits),
        "queue": _queue(state["queue"], limits),
    }


def judge_service(metrics: State, components: State, limits: Limits) -> tuple[Health, list[str]]:
    """The worst that the figures and the components are in, and one reason each for what is not well."""
    found = [*_metric_states(metrics, limits), *((name, each["status"]) for name, each in components.items())]
    health = Health.HEALTHY
    for _, status in found:
        if status is not OK:
            health = Health.CRITICAL if CRITICAL in (status, health) else Health.WARNING
    reasons = [f"{name} is {status}" for name, status in found if status is not OK]
    return health, reasons


def worst(statuses: Iterable[ComponentStatus]) -> ComponentStatus:
    order = list(ComponentStatus)
    return max(statuses, key=order.index)


def _metric_states(metrics: State, limits: Limits) -> Iterable[tuple[str, ComponentStatus]]:
    """No compliance at all is nothing to complain of."""
    compliance = metrics["sla_compliance_rate"]
    if compliance is not None:
        yield (
            "sla_compliance_rate",
            _level(-compliance, above=(-limits["sla_healthy"], -limits["sla_warning"])),
        )
    yield "pending", _level(metrics["pending"], at=(limits["pending_healthy"], limits["pending_warning"]))
    yield (
        "sla_at_risk",
        _level(metrics["sla_at_risk"], at=(limits["at_risk_healthy"], limits["at_risk_warning"])),
    )


def _level(value: float, *, at: Any = None, above: Any = None) -> ComponentStatus:
    """Compare with the bounds of a warning and of a critical state: `at` is reached, `above` passed."""
    bounds = at or above
    passed = [value >= bound if at else value > bound for bound in bounds]
    return CRITICAL if passed[1] else WARNING if passed[0] else OK


def _delivery_level(seconds: int | None, limits: Limits) -> ComponentStatus:
    bounds = (limits["delivery_warning_minutes"] * 60, limits["delivery_critical_minutes"] * 60)
    return OK if seconds is None else _level(seconds, above=bounds)


def _waiting(waiting: State, limits: Limits) -> dict[str, Any]:
    late = _delivery_level(waiting["oldest_seconds"], limits)
    return {"status": worst([late, WARNING if waiting["failed"] else OK]), **waiting}


def _role_sync(sync: State, limits: Limits) -> dict[str, Any]:
    waited = sync["oldest_parked_seconds"] or 0
    return {"status": WARNING if waited > limits["role_sync_warning_hours"] * 3600 else OK, **sync}


def _queue(queue: State, limits: Limits) -> dict[str, Any]:
    late = _delivery_level(queue["oldest_ready_seconds"], limits)
    return {"status": worst([late, WARNING if queue["failed"] else OK]), **queue}


def _pipeline(state: State, facts: State, limits: Limits) -> dict[str, Any]:
    age = state["data_age_seconds"]
    bounds = (limits["publication_warning_hours"] * 3600, limits["publication_critical_hours"] * 3600)
    pipeline = facts["pipeline"]
    states = [
        _level(age, above=bounds),
        _delivery_level(state["oldest_unpublished_seconds"], limits),
        WARNING if pipeline["last_failure"] or pipeline["checks_failed"] else OK,
    ]
    return {
        "status": worst(states),
        "publication_id": facts["publication_id"],
        "age_seconds": age,
        "oldest_unpublished_seconds": state["oldest_unpublished_seconds"],
        **pipeline,
    }


def _models(state: State, model: State | None, limits: Limits) -> dict[str, Any]:
    age = state["model_age_seconds"]
    is_stale = age is None or age > limits["model_warning_hours"] * 3600
    facts = model or dict.fromkeys(("trained_at", "champion", "fallback", "wape"))
    return {"status": WARNING if is_stale else OK, "stale": is_stale, **facts}
