"""Which open tickets: conditions that the figures, the alerts and the list they open to have in common."""

from functools import cache

from api.insights.answers.lists import RowList, compile_list

IN_TIME = "ticket.sla_status in ('on_track', 'at_risk')"
WITHIN = "ticket.remaining_seconds <= 3600 * {}"
BEYOND = "ticket.remaining_seconds > 3600 * {}"
QUIET = "ticket.last_activity_at < published.data_as_of - make_interval(days => {})"
OLDER = "ticket.created_at < published.data_as_of - make_interval(days => {})"

DIMENSIONS = ("department", "category", "sub_category", "workflow_id", "priority", "source")
NARROWING = {name: f"ticket.{name} = :{name}" for name in DIMENSIONS} | {
    "start_date": "ticket.created_at >= :start_date::date::timestamp at time zone 'UTC'",
    "end_date": "ticket.created_at < (:end_date::date + 1)::timestamp at time zone 'UTC'",
}
AT_RISK = {
    "at_risk_ratio": "ticket.elapsed_ratio >= :at_risk_ratio::numeric",
    "within_hours": WITHIN.format(":within_hours::numeric"),
}
ROW_FILTERS = NARROWING | {
    "status": "ticket.status = :status",
    "sla_status": "ticket.sla_status = :sla_status",
    "at_risk_ratio": f"{IN_TIME} and {AT_RISK['at_risk_ratio']}",
    "within_hours": f"{IN_TIME} and {AT_RISK['within_hours']}",
    "beyond_hours": f"{IN_TIME} and {BEYOND.format(':beyond_hours::numeric')}",
    "quiet_days": QUIET.format(":quiet_days::integer"),
    "older_than_days": OLDER.format(":older_than_days::integer"),
}


def all_of(conditions: tuple[str, ...]) -> str:
    return " and ".join(conditions) or "true"


@cache
def compile_open_list(conditions: tuple[str, ...]) -> RowList:
    return compile_list(
        columns="columns_open",
        conditions=conditions,
        order="ticket.created_at, ticket.task_id",
        source="serving.open_tickets as ticket",
        count="{{ count_in_rows }}",
        window="{{ window_whole }}",
    )
