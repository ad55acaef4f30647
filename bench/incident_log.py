"""The public incident log of an IT company, as the models of single tickets take logs.

All that knows this log is here: which columns know the future and are left out, what its columns mean,
and when an outcome became known.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ml.events import EventLog

FILE = Path("uci_incidents") / "incident_event_log.csv.gz"
RESTING = ("Closed", "Resolved")
ATTRIBUTES = {
    "assignment_group": "group",
    "assigned_to": "assignee",
    "sys_updated_by": "actor",
    "priority": "priority",
    "category": "category",
    "subcategory": "subcategory",
    "u_symptom": "symptom",
    "location": "location",
    "contact_type": "contact_type",
    "opened_by": "opened_by",
    "sys_created_by": "created_by",
    "caller_id": "caller",
    "cmdb_ci": "configuration_item",
    "problem_id": "problem",
    "rfc": "change",
    "vendor": "vendor",
}
LEVELS = {"impact": "impact", "urgency": "urgency", "priority": "priority_level"}
COUNTS = {
    "reassignment_count": "reassignments",
    "reopen_count": "reopenings",
    "sys_mod_count": "updates",
    "knowledge": "has_knowledge",
    "u_priority_confirmation": "is_priority_confirmed",
    "active": "is_active",
}
# Hours of Mondays to Fridays after which a ticket without a resolution is called slow. The log tells no
# target; how slow others are is known long before whether they breached.
SLOW_HOURS = 80.0

_MONDAY = pd.Timestamp("2016-01-04")
_NEVER = pd.Timestamp("2100-01-01")


@dataclass(frozen=True)
class Incidents:
    """The log; `outcomes` and `signals` are as `ml.sla_risk` takes them."""

    log: EventLog
    outcomes: pd.DataFrame
    signals: pd.DataFrame


def read_incidents(shared_data: Path) -> Incidents:
    """Read the log without the columns that were filled in when a ticket was over.

    `resolved_at`, `closed_at`, `closed_code`, `resolved_by` and `caused_by` hold one value on all rows of a
    ticket, `made_sla` is true until its last, which is the label. `sys_created_at` is left out as well.
    """
    table = pd.read_csv(shared_data / FILE)
    for name in ("opened_at", "sys_updated_at"):
        table[name] = pd.to_datetime(table[name], format="%d/%m/%Y %H:%M")
    table = table.sort_values(["number", "sys_updated_at", "sys_mod_count"], kind="stable", ignore_index=True)
    log = _event_log(table)
    last = table.drop_duplicates("number", keep="last").set_index("number")
    outcomes = pd.DataFrame(
        {"breached": (~last["made_sla"].astype(bool)).astype(float), "known_at": last["sys_updated_at"]}
    )
    return Incidents(log=log, outcomes=outcomes, signals=_signals(log))


def _event_log(table: pd.DataFrame) -> EventLog:
    times = {"number": "ticket", "sys_updated_at": "at", "opened_at": "opened_at", "incident_state": "status"}
    rows = table[[*times]].rename(columns=times)
    texts = table[[*ATTRIBUTES]].rename(columns=ATTRIBUTES)
    numbers = table[[*COUNTS]].rename(columns=COUNTS).astype(float)
    for column, name in LEVELS.items():
        numbers[name] = table[column].str[0].astype(float)
    clock = _working_hours(rows["at"]) - _working_hours(rows["opened_at"])
    numbers["clock_hours"] = clock.clip(lower=0.0)
    joined = pd.concat([rows, texts.mask(texts == "?", None), numbers], axis=1)
    return EventLog(joined, tuple(texts.columns), tuple(numbers.columns))


def _signals(log: EventLog) -> pd.DataFrame:
    """Whether a ticket was slow to its first resolution, and how long it took, as soon as both are known."""
    rows = log.rows
    opened = rows.groupby("ticket")["opened_at"].first()
    resolved = rows[rows["status"].isin(RESTING)].groupby("ticket")["at"].min().reindex(opened.index)
    due = _after_working_hours(opened, SLOW_HOURS)
    took = (_working_hours(resolved.fillna(_NEVER)) - _working_hours(opened)).clip(0.0, SLOW_HOURS)
    return pd.DataFrame(
        {
            "slow": (~(resolved <= due)).astype(float),
            "took": np.log1p(took),
            "known_at": resolved.fillna(_NEVER).where(resolved <= due, due),
        }
    )


def _working_hours(times: "pd.Series[pd.Timestamp]") -> "pd.Series[float]":
    """Hours of Mondays to Fridays since some Monday."""
    hours = (times - _MONDAY).dt.total_seconds() / 3600
    return hours // 168 * 120 + (hours % 168).clip(upper=120.0)


def _after_working_hours(times: "pd.Series[pd.Timestamp]", hours: float) -> "pd.Series[pd.Timestamp]":
    due = _working_hours(times) + hours
    return _MONDAY + pd.to_timedelta((due // 120 * 168 + due % 120).round(4), unit="h")
