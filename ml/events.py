"""What the models of single tickets learn from: a log of events, and apart from it how tickets ended."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

REQUIRED = ("ticket", "at", "opened_at", "status")


@dataclass(frozen=True)
class EventLog:
    """Events of many tickets, those of a ticket in the order they happened.

    `rows` has one row per event, and tells of it nothing that was learnt later:

    * `ticket`, any hashable; `at` and `opened_at`, timestamps in UTC without a zone; `status`, text, as
      it was right after the event;
    * the columns of `attributes`, text as it was right after the event, None where it was not known.
      Those called `group`, `assignee`, `actor`, `priority` and `category` mean just that;
    * the columns of `numbers`, floats as of the event, NaN where not known. `clock_hours` among them are
      the hours that the SLA clock had counted, `target_hours` those it may count.

    Raises:
        ValueError: A column is missing, a time is not known, or an event precedes the one before it.
    """

    rows: pd.DataFrame
    attributes: Sequence[str] = ()
    numbers: Sequence[str] = ()

    def __post_init__(self) -> None:
        missing = {*REQUIRED, *self.attributes, *self.numbers} - set(self.rows.columns)
        if missing:
            raise ValueError(f"The log of events lacks the columns {sorted(missing)}; add them.")
        if self.rows[["ticket", "at", "opened_at"]].isna().to_numpy().any():
            raise ValueError("An event of the log has no ticket, no time or no opening; leave it out.")
        if (self.rows.groupby("ticket", sort=False)["at"].diff() < pd.Timedelta(0)).any():
            raise ValueError("An event of the log precedes the one before it; sort each ticket's by time.")

    def until(self, instant: pd.Timestamp) -> "EventLog":
        """The log as somebody saw it at `instant`."""
        return EventLog(self.rows[self.rows["at"] <= instant], self.attributes, self.numbers)
