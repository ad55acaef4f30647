"""A desk's tickets as `read_cases` has them, some of them open still."""

from typing import Any

import pandas as pd
import psycopg

from ml.events import EventLog
from pipelines.defs.ticket_models.cases import Cases
from tests.ml.sla_risk.desks import busy_desk

TARGET_HOURS = 40.0


def simulate_cases(tickets: int = 1500, *, days: int = 150) -> Cases:
    """A year's worth of the busy desk; the last ten days are not over."""
    desk = busy_desk(tickets, days=days)
    numbers = {name: number for number, name in enumerate(desk.outcomes.index, 1)}
    rows = desk.log.rows.assign(ticket=desk.log.rows["ticket"].map(numbers))
    rows["status"] = rows["status"].replace("resolved", "completed")
    rows["clock_hours"] = (rows["at"] - rows["opened_at"]).dt.total_seconds() / 3600
    rows["target_hours"] = TARGET_HOURS
    rows["priority"] = rows["priority"].str.capitalize()
    ends = rows[rows["status"] == "completed"].set_index("ticket")["at"]
    as_of = rows["at"].max() - pd.Timedelta(days=10)
    rows = rows[rows["at"] <= as_of].reset_index(drop=True)
    known = ends[ends <= as_of]
    outcomes = desk.outcomes.rename(index=numbers)
    seen = rows["ticket"].unique()
    return Cases(
        log=EventLog(rows, desk.log.attributes, ("clock_hours", "target_hours")),
        breaches=outcomes[outcomes["known_at"] <= as_of],
        ends=pd.DataFrame({"ended_at": known, "known_at": known}).reindex(seen),
        open_tickets=pd.Index(seen).difference(known.index),
        as_of=as_of,
    )


def write_cases(connection: psycopg.Connection[Any], cases: Cases) -> None:
    """Put the desk where `read_cases` looks for it, as a build would have."""
    events = cases.log.rows.assign(number=cases.log.rows.groupby("ticket", sort=False).cumcount())
    connection.execute(
        """
        create table marts.case_events (
            task_id bigint, row_number integer, occurred_at timestamptz, created_at timestamptz, status text,
            group_name text, assignee_user_id text, priority text, target_hours float8, clock_hours float8,
            kind text, actor_user_id text, category text, sub_category text, department text,
            workflow_name text, remaining_steps integer
        );
        create table marts.fct_tickets (
            task_id bigint, is_open boolean, created_at timestamptz, as_of timestamptz, sla_status text,
            resolved_at timestamptz, target_resolution_at timestamptz, cancelled_at timestamptz
        );
        create table intermediate.int_run__window (as_of timestamptz);
        grant select on marts.case_events, marts.fct_tickets, intermediate.int_run__window to sluice_pipeline;
        """
    )
    connection.execute("insert into intermediate.int_run__window values (%s)", [_aware(cases.as_of)])
    told = "task_id, row_number, occurred_at, created_at, status, group_name, assignee_user_id, priority"
    with connection.cursor().copy(
        f"copy marts.case_events ({told}, target_hours, clock_hours) from stdin"
    ) as rows:
        for event in events.itertuples():
            times = (_aware(event.at), _aware(event.opened_at))
            words = (event.status, event.group, event.assignee, event.priority)
            rows.write_row(
                (event.ticket, event.number, *times, *words, event.target_hours, event.clock_hours)
            )
    opened = events.drop_duplicates("ticket").set_index("ticket")["opened_at"]
    with connection.cursor().copy("copy marts.fct_tickets from stdin") as rows:
        for ticket, at in opened.items():
            is_open = ticket in cases.open_tickets
            ended = None if is_open else _aware(cases.ends.loc[ticket, "ended_at"])
            state, due = None, None
            if ticket in cases.breaches.index:
                breached, judged_at = cases.breaches.loc[ticket, ["breached", "known_at"]]
                state, due = ("breached", _aware(judged_at)) if breached else ("met", None)
            rows.write_row((ticket, is_open, _aware(at), _aware(cases.as_of), state, ended, due, None))


def _aware(time: pd.Timestamp) -> Any:
    return time.tz_localize("UTC").to_pydatetime()
