"""Walking a lane of the audit trail from its first row to its head, and naming what does not fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sluice.audit.chain import FIRST_LINK, LANES, Event, Head

Kind = Literal["altered", "missing", "reordered", "inserted", "tail_cut", "head", "misdated", "guard"]
_SUSPECTS_COMPARED = 200
# A row has the time at which its transaction began, and its place from when that ended.
_LONGEST_TRANSACTION = 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    sentence: str
    lane: int | None = None
    sequence: int | None = None
    audit_event_id: int | None = None


@dataclass(slots=True)
class LaneWalk:
    """One lane, its rows given in order.

    Args:
        head: where the database says that the lane ends.
        anchored: where it once ended, kept outside the database.
    """

    head: Head
    anchored: Head | None = None
    expected: int = 1
    link: bytes = FIRST_LINK
    last_event_id: int | None = None
    last_recorded: int | None = None
    has_reached_anchor: bool = False
    suspects: list[Event] = field(default_factory=list)

    def step(self, event: Event) -> Iterator[Finding]:
        """Take in the next row."""
        if event.sequence > self.head.sequence:
            why = f"stands after place {self.head.sequence}, where lane {event.lane} ends"
            yield _finding("inserted", event, f"{why}: it was inserted outside the chain")
            return
        if event.sequence < self.expected:
            why = f"takes place {event.sequence} of lane {event.lane}, which another event has"
            yield _finding("inserted", event, f"{why}: it was inserted outside the chain")
            return
        if event.sequence > self.expected:
            yield self._gap(event)
        elif event.is_intact and event.previous_hash != self.link:
            why = f"does not follow {self._predecessor()} in lane {event.lane}"
            yield _finding("altered", event, f"{why}: one of the two was rewritten")
        if event.is_intact:
            yield from self._compare_dates(event)
        else:
            self.suspects.append(event)
        if len(self.suspects) == _SUSPECTS_COMPARED:
            yield from self._judge_suspects()
        yield from self._compare_with_anchor(event)
        self.expected, self.link, self.last_event_id = event.sequence + 1, event.hash, event.audit_event_id

    def end(self) -> Iterator[Finding]:
        """Compare the last row with the head."""
        yield from self._judge_suspects()
        lane, last = self.head.lane, self.expected - 1
        if self.head.sequence > last:
            places = _places(self.expected, self.head.sequence)
            sentence = f"the tail of lane {lane} was cut after {self._predecessor()}: {places} missing"
            yield Finding("tail_cut", sentence, lane, self.expected)
        elif self.head.hash != self.link:
            sentence = f"{self._predecessor()} is not the one that the head of lane {lane} names"
            yield Finding("head", sentence, lane, last, self.last_event_id)
        if self.anchored is not None and self.anchored.sequence > last and not self.has_reached_anchor:
            sentence = (
                f"lane {lane} ended at place {self.anchored.sequence} when it was anchored, now at {last}"
            )
            yield Finding("tail_cut", sentence, lane, self.anchored.sequence)

    def _predecessor(self) -> str:
        return "its beginning" if self.last_event_id is None else f"event {self.last_event_id}"

    def _gap(self, event: Event) -> Finding:
        places = _places(self.expected, event.sequence - 1)
        where = f"between {self._predecessor()} and event {event.audit_event_id}"
        sentence = f"{places} missing in lane {event.lane}, {where}"
        return Finding("missing", sentence, event.lane, self.expected)

    def _compare_dates(self, event: Event) -> Iterator[Finding]:
        """Name a row that was dated back: the chain alone does not keep its owner from adding such."""
        before, self.last_recorded = self.last_recorded, event.recorded_microseconds
        if before is None or event.recorded_microseconds is None:
            return
        if event.recorded_microseconds < before - _LONGEST_TRANSACTION:
            why = f"is dated before {self._predecessor()}, which it follows in lane {event.lane}"
            yield _finding("misdated", event, f"{why}: one of the two dates is not true")

    def _compare_with_anchor(self, event: Event) -> Iterator[Finding]:
        if self.anchored is None or event.sequence != self.anchored.sequence:
            return
        self.has_reached_anchor = True
        if event.hash != self.anchored.hash:
            yield _finding("altered", event, "is not the one that was anchored: the lane was rewritten")

    def _judge_suspects(self) -> Iterator[Finding]:
        """Tell rows that changed places from rows that were changed."""
        places = {suspect.sequence for suspect in self.suspects}
        for suspect in self.suspects:
            near = {suspect.sequence - 1, suspect.sequence + 1}
            former = next((place for place in sorted(places | near) if suspect.was_at(place)), None)
            if former is None:
                yield _finding("altered", suspect, "was altered: its content does not give its hash")
            else:
                why = f"was reordered: it stood at place {former} of lane {suspect.lane}"
                yield _finding("reordered", suspect, f"{why} and stands at {suspect.sequence}")
        self.suspects.clear()


def _finding(kind: Kind, event: Event, what: str) -> Finding:
    sentence = f"event {event.audit_event_id} {what}"
    return Finding(kind, sentence, event.lane, event.sequence, event.audit_event_id)


def _places(first: int, last: int) -> str:
    return f"place {first} is" if first == last else f"places {first} to {last} are"


def examine(
    events: Iterator[Event], heads: Mapping[int, Head], anchored: Mapping[int, Head]
) -> Iterator[Finding]:
    """Walk all lanes.

    Args:
        events: every row, by lane and by sequence.
        heads: where the lanes end.
        anchored: where they once ended, as far as that is known.
    """
    walks = {lane: LaneWalk(head, anchored.get(lane)) for lane, head in heads.items()}
    for lane in sorted(set(range(LANES)) ^ set(heads)):
        what = f"was added: there are {LANES} lanes" if lane in heads else "is missing"
        yield Finding("head", f"the head of lane {lane} {what}", lane)
    for event in events:
        if event.lane in walks:
            yield from walks[event.lane].step(event)
        else:
            why = f"is in lane {event.lane}, which has no head"
            yield _finding("inserted", event, f"{why}: it was inserted outside the chain")
    for walk in walks.values():
        yield from walk.end()
