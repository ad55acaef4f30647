"""What takes points off the score, and days beside what was expected of them, as tables."""

import pandas as pd

from dashboards.answers.insights import Anomalies, Operational, ServiceHealth
from dashboards.components import wording

VOLUMES = ["date", "Tickets", "Expected", "At least", "At most", "Unusual", "Also unusual", "Holiday"]


def parts_table(told: Operational) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Part": (name := wording.ALERT_TYPES.get(part.type, part.type)),
                "Bar": f"{name}  {part.points}",
                "Points": part.points,
                "Critical": part.critical_count,
                "Warnings": part.warning_count,
                "Information": part.info_count,
            }
            for part in told.components
        ]
    )


def volumes_table(told: Anomalies) -> pd.DataFrame:
    """One row per day that is over; unusual is its volume, or something else of the day."""
    unusual = {row.date for row in told.anomalies if row.metric == "volume"}
    other = {row.date for row in told.anomalies} - unusual
    table = pd.DataFrame(
        [
            [
                day.date,
                day.count,
                day.expected,
                day.lower,
                day.upper,
                day.date in unusual,
                day.date in other,
                day.is_holiday,
            ]
            for day in told.daily_volumes
        ],
        columns=VOLUMES,
    )
    table["date"] = pd.to_datetime(table["date"])
    return table


def anomalies_table(told: Anomalies, *, is_team_only: bool) -> pd.DataFrame:
    """The newest first, with the place of each in the answer."""
    rows = [
        {
            "Place": place,
            "date": row.date,
            "What": wording.of_anomaly(row, is_team_only=is_team_only),
            "Severity": row.severity.capitalize(),
            "Value": row.value,
            "Expected": row.expected,
            "At least": row.lower,
            "At most": row.upper,
        }
        for place, row in enumerate(told.anomalies)
    ]
    table = pd.DataFrame(
        rows, columns=["Place", "date", "What", "Severity", "Value", "Expected", "At least", "At most"]
    )
    table["date"] = pd.to_datetime(table["date"])
    return table.sort_values("date", ascending=False, kind="stable")


def services_table(told: ServiceHealth) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"Part": name.replace("_", " ").capitalize(), "State": str(part["status"]).capitalize()}
            for name, part in told.components.items()
        ],
        columns=["Part", "State"],
    )
