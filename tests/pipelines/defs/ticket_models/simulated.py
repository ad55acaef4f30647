"""A desk's tickets as `read_cases` has them, some of them open still."""

import pandas as pd

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
