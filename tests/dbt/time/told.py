"""Lives of tickets as rows of the operational core: what happened when, and who held what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

ENDED = ("completed", "cancelled")
# The first thing that somebody does with a ticket is one of these.
RESPONSES = ("started", "transitioned", "completed")
# What may follow each status, and the event that tells it.
_NEXT = {
    "pending": (("started", "in progress"), ("started", "in progress"), ("held", "on_hold")),
    "in progress": (
        ("held", "on_hold"), ("completed", "completed"), ("completed", "completed"),
        ("cancelled", "cancelled"),
    ),
    "on_hold": (("resumed", "in progress"), ("resumed", "in progress"), ("cancelled", "cancelled")),
    "completed": (("reopened", "in progress"),),
    "cancelled": (),
}  # fmt: skip


@dataclass
class Item:
    """One person's turn: an index of the desk's memberships, from when until when."""

    member: int
    assigned_at: datetime
    closed_at: datetime | None = None
    origin: str = "System"
    came_from: int | None = None


@dataclass
class Life:
    """A ticket: its events as (kind, status before, status after, instant), and its items."""

    created_at: datetime
    calendar: int
    events: list[tuple[str, str | None, str | None, datetime]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def status(self) -> str:
        return next(after for _, _, after, _ in reversed(self.events) if after)

    def at_last(self, kind: str) -> datetime | None:
        return next((at for told, _, _, at in reversed(self.events) if told == kind), None)


def random_life(random: Random, first: datetime, calendars: int, members: int) -> Life:
    """Live at random: holds, reopenings, several things at one instant, gaps and successions of holders."""
    now = first + timedelta(microseconds=random.randrange(60 * 86_400_000_000))
    life = Life(now, random.randrange(calendars))
    status = "pending"
    life.events.append(("created", None, status, now))
    for _ in range(random.randrange(20)):
        now += _pause(random)
        if random.random() < 0.5:
            _pass_on(random, life, now, members)
        elif status == "in progress" and random.random() < 0.3:
            life.events.append(("transitioned", status, status, now))
        elif _NEXT[status]:
            kind, after = random.choice(_NEXT[status])
            life.events.append((kind, status, after, now))
            status = after
            if status in ENDED:
                _let_go(life, now)
    return life


def _pause(random: Random) -> timedelta:
    return random.choice(
        (
            timedelta(0),
            timedelta(microseconds=random.randrange(1, 2_000_000)),
            timedelta(seconds=random.randrange(7_200)),
            timedelta(seconds=random.randrange(3 * 86_400)),
        )
    )


def _let_go(life: Life, at: datetime) -> None:
    for item in life.items:
        item.closed_at = item.closed_at or at


def _pass_on(random: Random, life: Life, at: datetime, members: int) -> None:
    """Take the ticket from whoever holds it, give it to somebody, or do both."""
    deed = random.choice(("take", "give", "hand over", "hand over"))
    if deed != "give":
        _let_go(life, at)
    if deed != "take":
        is_handed_over = deed == "hand over" and bool(life.items)
        # Nobody holds a step twice at once.
        free = set(range(members)) - {item.member for item in life.items if item.closed_at is None}
        life.items.append(
            Item(
                random.choice(sorted(free)),
                at,
                origin=random.choice(("Transferred", "Escalation")) if is_handed_over else "System",
                came_from=len(life.items) - 1 if is_handed_over else None,
            )
        )


def example() -> Life:
    """The ticket of the worked example in the decision log, told in UTC."""

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime.fromisoformat(f"2026-06-0{day}T{hour:02d}:{minute:02d}:00+00:00")

    ana, ben = 0, 1
    return Life(
        at(1, 10),
        calendar=0,
        events=[
            ("created", None, "pending", at(1, 10)),
            ("started", "pending", "in progress", at(1, 11, 30)),
            ("held", "in progress", "on_hold", at(1, 12)),
            ("resumed", "on_hold", "in progress", at(1, 14)),
            ("completed", "in progress", "completed", at(2, 9)),
            ("reopened", "completed", "in progress", at(3, 10)),
            ("completed", "in progress", "completed", at(3, 12)),
        ],
        items=[
            Item(ana, at(1, 11), at(1, 15)),
            Item(ben, at(1, 15), at(2, 9), origin="Transferred", came_from=0),
            Item(ben, at(3, 10), at(3, 12)),
        ],
    )


def random_lives(number: int, *, calendars: int, members: int, seed: int = 1) -> Sequence[Life]:
    random = Random(seed)  # noqa: S311 - the same lives at every run
    first = datetime.fromisoformat("2026-07-15T00:00:00+00:00")
    return [random_life(random, first, calendars, members) for _ in range(number)]
