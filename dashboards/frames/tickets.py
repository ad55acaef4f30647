"""Tickets as tables: when they came and went, where they stand, whether in time."""

from calendar import monthrange
from datetime import date, timedelta

import pandas as pd

from dashboards.answers.tickets import Ages, Sla, Statuses, Trends
from dashboards.components import wording

# Which field of the answer a column of the table of SLA states shows.
SLA_FIELDS = {
    "Compliance %": "compliance_rate",
    "Met": "sla_met",
    "Breached": "sla_breached",
    "At risk": "at_risk",
    "On track": "on_track",
    "No target": "no_sla",
    "Tickets": "total_tasks",
}


def trend_table(trends: Trends) -> pd.DataFrame:
    """One row per period; `is_whole` unless the asked dates or the age of the data cut it short."""
    first, last = trends.date_range.start_date, trends.date_range.end_date
    known_until = trends.data_as_of.date() - timedelta(days=1)
    until = min(last, known_until) if last else known_until
    rows = [
        point.model_dump()
        | {
            "is_whole": (first is None or point.date >= first)
            and period_end(point.date, trends.granularity) <= until
        }
        for point in trends.trends
    ]
    table = pd.DataFrame(rows, columns=["date", "created", "resolved", "backlog", "is_whole"])
    table["date"] = pd.to_datetime(table["date"])
    return table


def period_end(start: date, granularity: str) -> date:
    if granularity == "month":
        return start.replace(day=monthrange(start.year, start.month)[1])
    return start + timedelta(days={"day": 0, "week": 6}[granularity])


def sla_table(sla: Sla) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Priority": group.priority,
                "Bar": f"{group.priority}  {wording.percent(group.compliance_rate)}",
                "Compliance %": group.compliance_rate,
                "Met": group.sla_met,
                "Breached": group.sla_breached,
                "At risk": group.at_risk,
                "On track": group.on_track,
                "No target": group.no_sla,
                "Tickets": group.total_tasks,
            }
            for group in sla.sla_compliance
        ]
    )


def status_table(statuses: Statuses) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Key": row.status,
                "Status": (name := wording.STATUS_NAMES.get(row.status, row.status)),
                "Bar": f"{name}  {wording.count(row.count)}",
                "Tickets": row.count,
                "Share %": row.percentage,
            }
            for row in statuses.status_summary
        ]
    )


def age_table(ages: Ages) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Key": row.age_bucket,
                "Age": (name := wording.AGE_NAMES.get(row.age_bucket, row.age_bucket)),
                "Bar": f"{name}  {wording.count(row.count)}",
                "Tickets": row.count,
                "Share %": row.percentage,
            }
            for row in ages.ticket_age
        ]
    )
