"""Open tickets by their risk, with its reasons in words."""

import pandas as pd

from dashboards.answers.risks import RiskFactor, RiskForecast
from dashboards.components import wording
from dashboards.components.opening import href_of_ticket

COLUMNS = [
    "Ticket",
    "Risk",
    "Level",
    "Why",
    "Hours left",
    "Expected hours",
    "Subject",
    "Priority",
    "Workflow",
    "Step",
    "Assignee",
]


def risks_table(told: RiskForecast, *, is_team_only: bool) -> pd.DataFrame:
    """The highest risk first; a ticket's number leads to its history."""
    rows = [
        [
            href_of_ticket(row.task_id, row.ticket_number),
            row.risk_score,
            (row.risk_level or "").capitalize(),
            "; ".join(_reason(factor) for factor in row.risk_factors or []),
            row.hours_remaining,
            row.expected_hours,
            row.subject,
            row.priority,
            row.workflow,
            row.current_step,
            row.assignee,
        ]
        for row in told.at_risk_tasks
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.drop(columns="Assignee") if is_team_only else table


def _reason(factor: str | RiskFactor) -> str:
    if isinstance(factor, str):
        return factor
    sign = "+" if factor.effect > 0 else "-"
    return f"{sign} {wording.fact(factor.feature, factor.value)}"
