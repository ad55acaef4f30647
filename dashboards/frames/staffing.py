"""Work that is expected, by role and by day, as tables."""

import pandas as pd

from dashboards.answers.staffing import WorkloadForecast

# Column of the table of roles, and the field of the answer.
ROLE_FIELDS = {
    "Role": "role",
    "People": "agents",
    "Needed": "recommended_agents",
    "In time with all": "expected_service_level",
    "Hours": "predicted_hours",
    "At least h": "hours_lower",
    "At most h": "hours_upper",
    "Capacity h": "capacity_hours",
    "Used %": "utilization",
    "Items": "predicted_items",
    "Busiest hour": "peak_hour_items",
    "Minutes each": "handling_minutes",
    "Of items": "handled_items",
}


def roles_table(told: WorkloadForecast) -> pd.DataFrame:
    rows = [[getattr(role, field) for field in ROLE_FIELDS.values()] for role in told.by_role]
    return pd.DataFrame(rows, columns=list(ROLE_FIELDS))


def days_table(told: WorkloadForecast) -> pd.DataFrame:
    rows = [
        [day.date, day.day, day.predicted_tickets, day.tickets_lower, day.tickets_upper]
        for day in told.workload_forecast
    ]
    table = pd.DataFrame(rows, columns=["date", "Day", "Tickets", "At least", "At most"])
    table["date"] = pd.to_datetime(table["date"])
    return table.astype({"Tickets": float, "At least": float, "At most": float})


def hours_table(told: WorkloadForecast) -> pd.DataFrame:
    rows = [[row.hour, row.count, row.percentage] for row in told.hourly_distribution]
    return pd.DataFrame(rows, columns=["Hour", "Tickets", "Share %"])
