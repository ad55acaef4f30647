from collections.abc import Sequence

import pandas as pd

from dashboards.answers.deadlines import Risk
from dashboards.components import wording
from dashboards.components.opening import href_of_ticket

# Which columns a list of tickets near their target has, in this order.
COLUMNS = (
    "ticket_number",
    "subject",
    "hours_remaining",
    "elapsed_ratio",
    "target_resolution",
    "priority",
    "workflow",
    "current_step",
    "status",
    "assignee",
)


def risk_table(risks: Sequence[Risk]) -> pd.DataFrame:
    """One row per ticket, whose number leads to its page."""
    rows = [
        risk.model_dump()
        | {
            "ticket_number": href_of_ticket(risk.task_id, risk.ticket_number),
            "status": wording.STATUS_NAMES.get(risk.status, risk.status),
        }
        for risk in risks
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
