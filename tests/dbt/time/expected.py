"""What a life amounts to, found by asking who held it and how it stood at each instant something changed.

Nothing is shared with the models: no window, no join, only the told events and items of one ticket.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from api.sla.calendars import WorkingTime
from tests.dbt.time.desk import MEMBERS, ROLES, working_time
from tests.dbt.time.told import ENDED, Item, Life

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Stretch:
    """Something that lasted: what it was, from when until when, None while it lasts."""

    what: object
    started_at: datetime
    ended_at: datetime | None
    seconds: int
    business_seconds: int


@dataclass(frozen=True)
class Holding:
    held_by: str
    user_id: int | None
    role_name: str | None
    item: int | None


class Account:
    """Everything that is told of one life, as of an instant."""

    def __init__(self, life: Life, as_of: datetime) -> None:
        self.life = life
        self.is_over = life.status in ENDED
        last_change = max(at for _, before, after, at in life.events if before != after)
        self.until = last_change if self.is_over else as_of

    def age(self, at: datetime) -> int:
        return (at - self.life.created_at) // SECOND

    def business_age(self, at: datetime) -> int:
        return self.working_time().between(self.life.created_at, at) // SECOND

    def working_time(self) -> WorkingTime:
        return working_time(self.life)

    def member(self, item: Item) -> tuple[str, int]:
        """The role and the person of an item."""
        role, user_id = MEMBERS[item.member]
        return ROLES[role], user_id

    def role_at(self, instant: datetime) -> str:
        """The role whose step the ticket stands at: each move of a told life goes to the other step."""
        moves = sum(kind == "transitioned" and at <= instant for kind, _, _, at in self.life.events)
        return ROLES[moves % 2]

    def between(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Seconds and business seconds from one instant to another."""
        return self.age(until) - self.age(since), self.business_age(until) - self.business_age(since)

    def status_at(self, instant: datetime) -> str:
        told = [after for _, _, after, at in self.life.events if at <= instant and after]
        return told[-1]

    def holder_at(self, instant: datetime) -> int | None:
        """The item that was assigned last, unless it is closed; one closed at once never counted."""
        lasting = [
            place
            for place, item in enumerate(self.life.items)
            if item.assigned_at <= instant and item.closed_at != item.assigned_at
        ]
        newest = max(lasting, key=lambda place: (self.life.items[place].assigned_at, place), default=None)
        return newest if newest is not None and _is_open(self.life.items[newest], instant) else None

    def holding_at(self, instant: datetime) -> Holding:
        place = self.holder_at(instant)
        if place is not None:
            role_name, user_id = self.member(self.life.items[place])
            return Holding("person", user_id, role_name, place)
        if self.status_at(instant) in ENDED:
            return Holding("nobody", None, None, None)
        return Holding("queue", None, None, None)

    def pieces(self) -> Iterator[tuple[datetime, datetime]]:
        """Cut the life wherever anything happened."""
        instants = {self.life.created_at, self.until}
        instants.update(at for _, _, _, at in self.life.events)
        for item in self.life.items:
            instants.update(filter(None, (item.assigned_at, item.closed_at)))
        yield from pairwise(sorted(at for at in instants if at <= self.until))

    def stretches(self, what_at: Callable[[datetime], object]) -> list[Stretch]:
        """Join the pieces in which something stayed the same."""
        joined: list[tuple[object, datetime, datetime]] = []
        for since, until in self.pieces():
            what = what_at(since)
            if joined and joined[-1][0] == what:
                joined[-1] = (what, joined[-1][1], until)
            else:
                joined.append((what, since, until))
        return [Stretch(what, since, until, *self.between(since, until)) for what, since, until in joined]

    def statuses(self) -> list[Stretch]:
        """The stretches of each status; the present one has no end."""
        lasted = self.stretches(self.status_at)
        final = self.life.status
        if lasted and lasted[-1].what == final:
            last = lasted.pop()
            lasted.append(Stretch(final, last.started_at, None, last.seconds, last.business_seconds))
        else:
            lasted.append(Stretch(final, self.until, None, 0, 0))
        return lasted

    def holdings(self) -> list[Stretch]:
        lasted = self.stretches(self.holding_at)
        return [
            Stretch(
                self._queued(stretch),
                stretch.started_at,
                None if stretch.ended_at == self.until and not self.is_over else stretch.ended_at,
                stretch.seconds,
                stretch.business_seconds,
            )
            for stretch in lasted
        ]

    def _queued(self, stretch: Stretch) -> object:
        """Name the role that a ticket without a holder waits for: that of the step it stood at."""
        held = stretch.what
        assert isinstance(held, Holding)
        if held.held_by != "queue":
            return held
        return Holding("queue", None, self.role_at(stretch.started_at), None)

    def total(self, is_counted: Callable[[datetime], bool]) -> tuple[int, int]:
        """Add up the pieces of which something is true."""
        lasted = [self.between(since, until) for since, until in self.pieces() if is_counted(since)]
        return sum(seconds for seconds, _ in lasted), sum(business for _, business in lasted)

    def touches(self) -> int:
        users = [stretch.what.user_id for stretch in self.holdings() if isinstance(stretch.what, Holding)]
        return sum(after is not None and after != before for before, after in pairwise([None, *users]))


def _is_open(item: Item, instant: datetime) -> bool:
    return item.closed_at is None or item.closed_at > instant
