"""Alerts about tickets: their targets, their ages, how they are worked on and wait."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from api.insights.operational.enums import AlertCode, AlertType, Severity
from api.insights.operational.limits import Limits
from api.insights.operational.words import Filters, counted, link, number

Figures = Mapping[str, Any]
Alert = dict[str, Any]

OPEN_ROWS = "drilldown/tickets/open"
STATUS_ROWS = "drilldown/tickets/status"
SLA_ROWS = "drilldown/tickets/sla"


def _breaches(figures: Figures, _: Limits, filters: Filters) -> Iterator[Alert]:
    if overdue := figures["overdue"]:
        yield {
            "code": AlertCode.SLA_BREACH,
            "type": AlertType.SLA,
            "category": "SLA Breach",
            "severity": Severity.CRITICAL,
            "title": f"{counted(overdue, 'open ticket is', 'open tickets are')} past target",
            "message": "Their target has passed and they are not resolved",
            "value": overdue,
            "threshold": 0,
            "recommendation": "Resolve the longest overdue first, or escalate them",
            "drilldown": link(OPEN_ROWS, filters, sla_status="breached"),
        }


def _deadlines(figures: Figures, limits: Limits, filters: Filters) -> Iterator[Alert]:
    critical, warning = limits["sla_critical_hours"].normalize(), limits["sla_warning_hours"].normalize()
    if near := figures["critical"]:
        yield {
            "code": AlertCode.SLA_CRITICAL,
            "type": AlertType.SLA,
            "category": "SLA Critical",
            "severity": Severity.CRITICAL,
            "title": f"{counted(near, 'open ticket has', 'open tickets have')} {critical:f} hours or less",
            "message": f"Working hours left to the target: {critical:f} or less",
            "value": near,
            "threshold": float(critical),
            "recommendation": "Work on these now",
            "drilldown": link(OPEN_ROWS, filters, within_hours=f"{critical:f}"),
            "affected_tasks": figures["most_critical"],
        }
    if soon := figures["warning"]:
        yield {
            "code": AlertCode.SLA_WARNING,
            "type": AlertType.SLA,
            "category": "SLA Warning",
            "severity": Severity.WARNING,
            "title": f"{counted(soon, 'open ticket has', 'open tickets have')} {warning:f} hours or less",
            "message": f"Working hours left to the target: more than {critical:f}, {warning:f} at most",
            "value": soon,
            "threshold": float(warning),
            "recommendation": "Plan these next",
            "drilldown": link(OPEN_ROWS, filters, beyond_hours=f"{critical:f}", within_hours=f"{warning:f}"),
        }


def _compliance(figures: Figures, limits: Limits, filters: Filters) -> Iterator[Alert]:
    compliance = figures["sla_compliance_rate"]
    warning, critical = float(limits["sla_compliance_warning"]), float(limits["sla_compliance_critical"])
    if compliance is not None and compliance < warning:
        is_critical = compliance < critical
        bound = critical if is_critical else warning
        yield {
            "code": AlertCode.SLA_COMPLIANCE,
            "type": AlertType.SLA,
            "category": "SLA Compliance",
            "severity": Severity.CRITICAL if is_critical else Severity.WARNING,
            "title": f"SLA compliance is {number(compliance)} %",
            "message": f"{figures['met']} met, {figures['breached']} breached; wanted are {number(bound)} %",
            "value": compliance,
            "threshold": bound,
            "recommendation": "Look for the workflow or priority that breaches most",
            "drilldown": link(SLA_ROWS, filters, sla_status="breached"),
        }


def _resolution(figures: Figures, limits: Limits, filters: Filters) -> Iterator[Alert]:
    bound = float(limits["slow_avg_resolution_hours"])
    hours = figures["avg_resolution_hours"]
    if hours is not None and hours > bound:
        yield {
            "code": AlertCode.RESOLUTION_TIME,
            "type": AlertType.PERFORMANCE,
            "category": "Resolution Time",
            "severity": Severity.WARNING,
            "title": f"Tickets take {number(hours)} hours on average",
            "message": f"Mean of {figures['resolutions']} resolved tickets; wanted are {number(bound)} hours",
            "value": hours,
            "threshold": bound,
            "recommendation": "Look for the step at which tickets wait longest",
            "drilldown": link(STATUS_ROWS, filters, status="completed"),
        }


def _rates(figures: Figures, limits: Limits, _: Filters) -> Iterator[Alert]:
    for name, code, category, advice in (
        ("escalated", AlertCode.ESCALATION_RATE, "Escalation Rate", "See which steps escalate, and why"),
        ("transferred", AlertCode.TRANSFER_RATE, "Transfer Rate", "Check how tickets are routed"),
    ):
        share = figures[code]
        bound = float(limits[f"high_{code}"])
        if share is not None and share > bound:
            yield {
                "code": code,
                "type": AlertType.PERFORMANCE,
                "category": category,
                "severity": Severity.WARNING,
                "title": f"{number(share)} % of tickets were {name}",
                "message": f"{figures[name]} of {figures['tickets']} tickets; wanted are {number(bound)} %",
                "value": share,
                "threshold": bound,
                "recommendation": advice,
                "drilldown": None,
            }


def _ages(figures: Figures, limits: Limits, filters: Filters) -> Iterator[Alert]:
    quiet, old = int(limits["stale_ticket_days"]), int(limits["aging_ticket_days"])
    if stale := figures["stale"]:
        yield {
            "code": AlertCode.STALE_TICKETS,
            "type": AlertType.ANOMALY,
            "category": "Stale Tickets",
            "severity": Severity.WARNING,
            "title": f"{counted(stale, 'open ticket is', 'open tickets are')} stale",
            "message": f"Nothing has happened to them for more than {quiet} days",
            "value": stale,
            "threshold": quiet,
            "recommendation": "Ask their assignees, or cancel what nobody needs",
            "drilldown": link(OPEN_ROWS, filters, quiet_days=quiet),
        }
    if aging := figures["aging"]:
        is_critical = aging >= limits["aging_tickets_critical"]
        yield {
            "code": AlertCode.AGING_TICKETS,
            "type": AlertType.ANOMALY,
            "category": "Aging Tickets",
            "severity": Severity.CRITICAL if is_critical else Severity.WARNING,
            "title": f"{counted(aging, 'open ticket is', 'open tickets are')} old",
            "message": f"Created more than {old} days ago",
            "value": aging,
            "threshold": old,
            "recommendation": "Review them with their owners",
            "drilldown": link(OPEN_ROWS, filters, older_than_days=old),
        }


def _backlogs(figures: Figures, limits: Limits, filters: Filters) -> Iterator[Alert]:
    pending = figures["pending"]
    warning, critical = int(limits["queue_backlog_warning"]), int(limits["queue_backlog_critical"])
    if pending >= warning:
        yield {
            "code": AlertCode.QUEUE_BACKLOG,
            "type": AlertType.QUEUE,
            "category": "Queue Backlog",
            "severity": Severity.CRITICAL if pending >= critical else Severity.WARNING,
            "title": f"{counted(pending, 'ticket waits', 'tickets wait')} to be taken up",
            "message": "Nobody has worked on them yet",
            "value": pending,
            "threshold": critical if pending >= critical else warning,
            "recommendation": "Add people to the first steps",
            "drilldown": link(OPEN_ROWS, filters, status="pending"),
        }
    for backlog in figures["backlogs"]:
        narrowed = {**filters, "workflow_id": str(backlog["workflow_id"])}
        yield {
            "code": AlertCode.WORKFLOW_BACKLOG,
            "type": AlertType.QUEUE,
            "category": "Workflow Backlog",
            "severity": Severity.INFO,
            "title": f"{counted(backlog['tickets'], 'ticket waits', 'tickets wait')} "
            f"in {backlog['workflow_name']}",
            "message": "Nobody has worked on them yet",
            "value": backlog["tickets"],
            "threshold": int(limits["workflow_backlog"]),
            "recommendation": "Add people to the first step of this workflow",
            "drilldown": link(OPEN_ROWS, narrowed, status="pending"),
            "workflow_id": backlog["workflow_id"],
            "workflow_name": backlog["workflow_name"],
        }


RULES: tuple[Callable[[Figures, Limits, Filters], Iterator[Alert]], ...] = (
    _breaches,
    _deadlines,
    _compliance,
    _resolution,
    _rates,
    _ages,
    _backlogs,
)
