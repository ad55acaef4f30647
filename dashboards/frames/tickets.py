"""Tickets as tables: when they came and went, where they stand, whether in time."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from dashboards.answers.tickets import Ages, Priorities, Sla, Statuses, Trends
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
    return start + timedelta(days=6 if granularity == "week" else 0)


def sla_table(sla: Sla, dimension: str = "priority") -> pd.DataFrame:
    """One row per group; `Key` is what the API knows it by."""
    label = dimension.capitalize()
    return pd.DataFrame(
        [
            {
                "Key": getattr(group, "workflow_id" if dimension == "workflow" else dimension),
                label: (
                    name := getattr(group, "workflow_name" if dimension == "workflow" else dimension)
                    or wording.ABSENT
                ),
                "Bar": f"{name}  {wording.percent(group.compliance_rate)}",
                "Compliance %": group.compliance_rate,
                "Met": group.sla_met,
                "Breached": group.sla_breached,
                "At risk": group.at_risk,
                "On track": group.on_track,
                "No target": group.no_sla,
                "Tickets": group.total_tasks,
            }
            for group in sla.sla_compliance
        ],
        columns=["Key", label, "Bar", *SLA_FIELDS],
    )


def status_table(statuses: Statuses) -> pd.DataFrame:
    before = statuses.previous.status_summary if statuses.previous else []
    return _counts_table(
        "Status",
        wording.STATUS_NAMES,
        [(row.status, row.count, row.percentage) for row in statuses.status_summary],
        {row.status: row.count for row in before},
    )


def age_table(ages: Ages) -> pd.DataFrame:
    before = ages.previous.ticket_age if ages.previous else []
    return _counts_table(
        "Age",
        wording.AGE_NAMES,
        [(row.age_bucket, row.count, row.percentage) for row in ages.ticket_age],
        {row.age_bucket: row.count for row in before},
    )


def priority_table(priorities: Priorities) -> pd.DataFrame:
    rows, before = priorities.priority_distribution, priorities.previous
    table = _counts_table(
        "Priority",
        {},
        [(row.priority, row.count, row.percentage) for row in rows],
        {row.priority: row.count for row in (before.priority_distribution if before else [])},
    )
    table["Resolved"] = [row.resolutions for row in rows]
    table["Median hours"] = [row.median_resolution_hours for row in rows]
    table["90 % within hours"] = [row.p90_resolution_hours for row in rows]
    return table


def _counts_table(
    label: str,
    names: Mapping[str, str],
    rows: Sequence[tuple[str, int, float | None]],
    before: Mapping[str, int],
) -> pd.DataFrame:
    """One row per group, and what it counted in the period before where that was asked for."""
    table = pd.DataFrame(
        [
            {
                "Key": key,
                label: (name := names.get(key, key)),
                "Bar": f"{name}  {wording.count(count)}",
                "Tickets": count,
                "Share %": share,
            }
            for key, count, share in rows
        ],
        columns=["Key", label, "Bar", "Tickets", "Share %"],
    )
    return table.assign(Before=[before.get(key, 0) for key in table["Key"]]) if before else table
