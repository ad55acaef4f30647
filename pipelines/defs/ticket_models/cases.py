"""The desk's tickets in the shape that the models of single tickets take."""

from dataclasses import dataclass

import pandas as pd
import psycopg

from ml.events import EventLog
from pipelines.resources.frames import read_frame

# A ticket that is over has nothing left to foretell, unless it is opened again.
OVER = ("completed", "cancelled")
RESTING = ("on_hold", *OVER)

_ATTRIBUTES = (
    *("kind", "group", "assignee", "actor", "priority", "category"),
    *("sub_category", "department", "workflow"),
)
_NUMBERS = ("clock_hours", "target_hours", "remaining_steps")
_EVENTS = """
    select
        task_id as ticket, occurred_at as at, created_at as opened_at, status, kind, group_name as group,
        assignee_user_id::text as assignee, actor_user_id::text as actor, priority, category, sub_category,
        department, workflow_name as workflow, clock_hours, target_hours,
        remaining_steps::double precision as remaining_steps
    from marts.case_events
    order by task_id, row_number
"""
# Late is known when the time is up, in time when the ticket is resolved.
_OUTCOMES = """
    select
        task_id as ticket, is_open,
        case sla_status when 'met' then 0 when 'breached' then 1 end::double precision as breached,
        case sla_status when 'met' then resolved_at when 'breached' then target_resolution_at end
            as judged_at,
        coalesce(resolved_at, cancelled_at) as ended_at
    from marts.fct_tickets
    where is_open or created_at > as_of - interval '365 days'
"""
_AS_OF = "select as_of from intermediate.int_run__window"


@dataclass(frozen=True)
class Cases:
    """A year of tickets up to `as_of`; what is known of how they ended is indexed by ticket.

    `breaches` has `breached` and `known_at` of tickets whose SLA is judged; `ends` has `ended_at` and
    `known_at`, NaT while open. Times are in UTC without a zone.
    """

    log: EventLog
    breaches: pd.DataFrame
    ends: pd.DataFrame
    open_tickets: pd.Index
    as_of: pd.Timestamp


def read_cases(connection: psycopg.Connection) -> Cases:
    """Read the log and the outcomes of one and the same build."""
    window = connection.execute(_AS_OF).fetchone()
    if window is None:
        raise LookupError("No run window has been built, so there are no tickets to learn from.")
    events = read_frame(connection, _EVENTS)
    for name in _NUMBERS:
        events[name] = events[name].astype("float64")
    outcomes = read_frame(connection, _OUTCOMES).set_index("ticket")
    judged = outcomes.dropna(subset=["breached", "judged_at"])
    return Cases(
        log=EventLog(events, _ATTRIBUTES, _NUMBERS),
        breaches=judged[["breached"]].assign(known_at=judged["judged_at"]),
        ends=outcomes[["ended_at"]].assign(known_at=outcomes["ended_at"]),
        open_tickets=outcomes.index[outcomes["is_open"].astype(bool)],
        as_of=pd.Timestamp(window[0]).tz_convert("UTC").tz_localize(None),
    )


def waiting_for_sla(cases: Cases) -> pd.DataFrame:
    """The last event of each open ticket that has a target and has not missed it."""
    rows = cases.log.rows
    late = cases.breaches.index[cases.breaches["known_at"] <= cases.as_of]
    asked = rows[rows["ticket"].isin(cases.open_tickets.difference(late)) & rows["target_hours"].notna()]
    return asked.groupby("ticket", sort=False).tail(1)
