"""The words of a digest: plain text, a paragraph for each ticket, the most pressing first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import RowMapping

from api.notifications.digests import Period
from api.tasks.digest_rows import OpenTickets
from api.tasks.enums import OPEN_TASK_STATUSES, TaskEventKind

_MOST_LINES = 20
_LONGEST_NOTE = 200
_DEEDS = {
    TaskEventKind.CREATED: "Work on it began",
    TaskEventKind.UNASSIGNED: "Left without anybody to work on it",
    TaskEventKind.STARTED: "Opened",
    TaskEventKind.HELD: "Put on hold",
    TaskEventKind.RESUMED: "Taken up again",
    TaskEventKind.BREACHED: "Went past its deadline",
    TaskEventKind.COMPLETED: "Done",
    TaskEventKind.CANCELLED: "Cancelled",
    TaskEventKind.REOPENED: "Opened again",
    TaskEventKind.OWNER_CHANGED: "Given to another coordinator",
}
_HANDED = {
    TaskEventKind.ASSIGNED: "Assigned",
    TaskEventKind.TRANSFERRED: "Transferred",
    TaskEventKind.ESCALATED: "Escalated",
}


@dataclass(frozen=True)
class Digest:
    """One person's digest of a period."""

    user_id: int
    period: Period
    events: Sequence[RowMapping]
    still_open: OpenTickets

    def subject(self) -> str:
        found = self.still_open
        late = f", {found.late_count} overdue" if found.late_count else ""
        return f"Your tickets {self._when(weekday=False)}: {found.count or 'none'} open{late}"

    def message(self) -> str:
        late = [row for row in self.still_open.rows if row["is_late"]]
        in_time = [row for row in self.still_open.rows if not row["is_late"]]
        beyond = self.still_open.count - len(self.still_open.rows)
        parts = [
            self._opening(),
            *self._section("Overdue", self.still_open.late_count, late),
            *self._section("Open", self.still_open.count - self.still_open.late_count, in_time),
            *([f"{_counted(beyond, 'more ticket')} of yours {_are(beyond)} open."] if beyond else []),
            *self._past_section("Closed", is_open=False),
            *self._past_section("No longer with you", is_open=True),
        ]
        return "\n\n".join(parts)

    def _opening(self) -> str:
        count = len({row["task_id"] for row in self.events})
        moved = f"{_counted(count, 'ticket')} of yours moved" if count else "None of your tickets moved"
        return f"{moved} {self._when(weekday=True)}. Times are those of {self.period.zone.key}."

    def _when(self, *, weekday: bool) -> str:
        first, last = self.period.first, self.period.last
        if first == last:
            return f"on {_day(last, weekday=weekday)}"
        return f"from {_day(first, weekday=weekday)} to {_day(last, weekday=weekday)}"

    def _section(self, title: str, count: int, rows: Sequence[RowMapping]) -> list[str]:
        if not rows:
            return []
        told = [
            "\n".join([_heading(row), self._standing(row), *self._lines.get(row["task_id"], [])])
            for row in rows
        ]
        return [f"{title.upper()} ({count})", *told]

    def _past_section(self, title: str, *, is_open: bool) -> list[str]:
        """Tell of tickets that somebody neither holds nor has to see to any more."""
        tickets = {
            row["task_id"]: row
            for row in self.events
            if (row["status"] in OPEN_TASK_STATUSES) is is_open and not (is_open and row["is_theirs_now"])
        }
        if not tickets:
            return []
        told = ["\n".join([_heading(row), *self._lines[task_id]]) for task_id, row in tickets.items()]
        return [f"{title.upper()} ({len(tickets)})", *told]

    @cached_property
    def _lines(self) -> dict[int, list[str]]:
        """Put the events of each ticket into words, the newest ones of very many."""
        told: defaultdict[int, list[str]] = defaultdict(list)
        for row in self.events:
            told[row["task_id"]].append(f"- {self._time(row['occurred_at'])}  {self._deed(row)}")
        for task_id, lines in told.items():
            if len(lines) > _MOST_LINES:
                earlier = _counted(len(lines) - _MOST_LINES, "earlier change")
                told[task_id] = [f"- {earlier}", *lines[-_MOST_LINES:]]
        return told

    def _time(self, instant: datetime) -> str:
        local = instant.astimezone(self.period.zone)
        is_one_day = self.period.first == self.period.last
        return f"{local:%H:%M}" if is_one_day else f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"

    def _deed(self, row: RowMapping) -> str:
        kind = TaskEventKind(row["kind"])
        if kind in _HANDED:
            is_reader = row["holder_user_id"] == self.user_id
            whom = "you" if is_reader else row["holder"] or "somebody"
            deed = f"{_HANDED[kind]} to {whom}" + (f" at {row['item_step']}" if row["item_step"] else "")
        elif kind is TaskEventKind.TRANSITIONED:
            deed = f"Moved from {row['from_step']} to {row['to_step']}"
        else:
            deed = _DEEDS[kind]
        # The note of an assignment is the role that it went to.
        note = "" if kind is TaskEventKind.ASSIGNED else _short(row["note"] or "")
        return deed + self._by(row) + (f": “{note}”" if note else "")

    def _by(self, row: RowMapping) -> str:
        actor_id = row["actor_user_id"]
        if actor_id is None:
            return ""
        return " by you" if actor_id == self.user_id else f" by {row['actor'] or f'user {actor_id}'}"

    def _standing(self, row: RowMapping) -> str:
        if row["is_held"]:
            where = "with you"
        elif row["holders"]:
            where = f"with {row['holders']}"
        else:
            where = "with nobody yet"
        step = f"{row['step']}, " if row["step"] else ""
        return f"{step}{where}{self._due(row)}."

    def _due(self, row: RowMapping) -> str:
        due_at, held_since = row["due_at"], row["hold_started_at"]
        if held_since is not None:
            hold = f", on hold since {self._instant(held_since)}"
            return f"{hold}, when it was overdue" if row["is_late"] else hold
        if due_at is None:
            return ", without a deadline"
        return f", {'was due' if row['is_late'] else 'due'} {self._instant(due_at)}"

    def _instant(self, instant: datetime) -> str:
        local = instant.astimezone(self.period.zone)
        return f"{_day(local.date(), weekday=False)}, {local:%H:%M}"


def _heading(row: RowMapping) -> str:
    return f"{row['ticket_number']}  {row['subject']} ({row['priority']})"


def _day(day: date, *, weekday: bool) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}" if weekday else f"{day.day} {day:%B}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _short(note: str) -> str:
    text = " ".join(note.split())
    return text if len(text) <= _LONGEST_NOTE else f"{text[: _LONGEST_NOTE - 1]}…"
