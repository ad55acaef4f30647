"""The rules that turn published figures into alerts. Figures in, alerts out: no database, no HTTP."""

from api.insights.operational import desk_rules, ticket_rules
from api.insights.operational.enums import Severity
from api.insights.operational.limits import Limits
from api.insights.operational.ticket_rules import Alert, Figures
from api.insights.operational.words import Filters

THRESHOLDS = (
    "high_workload_per_user",
    "critical_workload_per_user",
    "workload_imbalance_ratio",
    "sla_warning_hours",
    "sla_critical_hours",
    "sla_compliance_warning",
    "sla_compliance_critical",
    "slow_avg_resolution_hours",
    "high_escalation_rate",
    "high_transfer_rate",
    "queue_backlog_warning",
    "queue_backlog_critical",
    "workflow_backlog",
    "stale_ticket_days",
    "aging_ticket_days",
    "aging_tickets_critical",
    "anomaly_z",
    "anomaly_min_difference",
    "anomaly_alerts_per_week",
)


def find_alerts(figures: Figures, limits: Limits, filters: Filters) -> list[Alert]:
    """Tell what the figures say is wrong, the worst first.

    Args:
        figures: What `sql/operational.sql` answers.
        limits: Thresholds in force.
        filters: What the figures are narrowed by, as a query string would say it. The loads of people
            and the volume of a day are nothing that a narrowed answer tells.
    """
    found = [alert for rule in ticket_rules.RULES for alert in rule(figures, limits, filters)]
    if not filters:
        found += [alert for rule in desk_rules.RULES for alert in rule(figures, limits)]
    severities = list(Severity)
    return sorted(
        found, key=lambda alert: (severities.index(alert["severity"]), -alert["value"], alert["code"])
    )
