"""Who is needed for the work that is forecast."""

from typing import Any

from api.insights.forecasts.erlang import MAX_AGENTS, agents_needed, answered_within

MINUTES = 60
# Of fewer items a median is hardly more than one of them.
FEW_ITEMS = 5


def add_staffing(body: dict[str, Any]) -> dict[str, Any]:
    """Tell of each role how many people it takes in its busiest hour, by the figures told beside it."""
    warnings = list(body["warnings"])
    roles = []
    for role in body["by_role"]:
        needed, reached, warning = _staff(role, body["service_level"], body["answer_within"])
        roles.append({**role, "recommended_agents": needed, "expected_service_level": reached})
        warnings += [f"{role['role']}: {warning}"] if warning else []
    if not roles:
        warnings.append("nobody holds a role and no items were assigned: no work of roles is told")
    return {**body, "by_role": roles, "warnings": warnings}


def _staff(
    role: dict[str, Any], service_level: float, answer_within: int
) -> tuple[int | None, float | None, str | None]:
    """How many people, what share those there are would pick up in time, and what there is to say of it."""
    arrivals, minutes, agents = role["peak_hour_items"], role["handling_minutes"], role["agents"]
    if arrivals == 0:
        return 0, None, None
    if minutes is None:
        return None, None, "none of its items was resolved in the last year, so hours and people are not told"
    if minutes == 0:
        # Work that takes no time keeps nobody waiting, but somebody has to be there.
        return 1, 1.0 if agents else 0.0, None
    load, patience = arrivals * minutes / MINUTES, answer_within / minutes
    staffing = agents_needed(load, service_level, patience)
    reached = round(answered_within(load, agents, patience), 4)
    if not staffing.is_enough:
        return MAX_AGENTS, reached, f"more than {MAX_AGENTS} people would be needed in its busiest hour"
    is_rough = role["handled_items"] < FEW_ITEMS
    warning = f"its handling time is the median of {role['handled_items']} items" if is_rough else None
    return staffing.agents, reached, warning
