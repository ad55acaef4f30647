"""What tickets that have already ended say about one that has not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.metrics import FloatArray
from ml.resolution_time.features import attribute_columns
from ml.resolution_time.known import EVERYTHING, Known, PositionArray, everything

IntArray = npt.NDArray[np.int32]

PEER_COLUMNS = (
    *("nearest", "alike_from_opening", "alike_from_event", "alike_late"),
    *("recent_duration", "recent_endings", "last_ending"),
)

_POOL = 2000
_MIN_POOL = 8
_NEAREST = 40
_ALIKE = 25
# How much farther, in the logarithm of elapsed days, a ticket is for each trait that differs.
_OTHER_TRAIT = 0.3
_RECENT_TICKETS = 50
_MIN_RECENT_TICKETS = 20
_RECENT_DAYS = 30.0


def add_peers(asked: pd.DataFrame, closed: pd.DataFrame) -> pd.DataFrame:
    """`asked` with the columns of `PEER_COLUMNS`, in days, NaN where too few tickets have ended.

    A row is told only of tickets that were known to have ended before it is `asked`, and that lasted
    longer than it had at its event: of those in the same status, or of any where these are too few.

    Args:
        asked: Prefixes.
        closed: Prefixes from before the end of their tickets, which must be known.
    """
    known = closed["known"].to_numpy()
    in_status, in_any = Known.by(closed["status"], known), Known.by(everything(closed), known)
    elapsed, duration = asked["elapsed"].to_numpy(), closed["duration"].to_numpy()
    traits, closed_traits = _traits(asked, closed)
    rests = _Rests(closed["elapsed"].to_numpy(), duration, closed["remaining"].to_numpy(), closed_traits)
    told = np.full((len(asked), 4), np.nan)
    for row, (status, instant) in enumerate(zip(asked["status"], asked["asked"], strict=True)):
        for pool in (in_status.before(status, instant, _POOL), in_any.before(EVERYTHING, instant, _POOL)):
            longer = pool[duration[pool] > elapsed[row]]
            if len(longer) >= _MIN_POOL:
                told[row] = rests.told_to(elapsed[row], traits[row], longer)
                break
    recent = _recent(asked["asked"].to_numpy(), closed)
    columns = pd.DataFrame(np.hstack([told, recent]), index=asked.index, columns=list(PEER_COLUMNS))
    return pd.concat([asked, columns], axis=1)


@dataclass(frozen=True)
class _Rests:
    """How ended tickets went on from each of their prefixes, in days."""

    elapsed: FloatArray
    duration: FloatArray
    remaining: FloatArray
    traits: IntArray

    def told_to(self, elapsed: float, traits: IntArray, pool: PositionArray) -> FloatArray:
        """The first four of `PEER_COLUMNS`."""
        apart = np.abs(self.elapsed[pool] - elapsed)
        nearest = pool[np.argsort(apart, kind="stable")[:_NEAREST]]
        differing = (self.traits[pool] != traits).sum(axis=1)
        unlike = np.abs(np.log1p(self.elapsed[pool]) - np.log1p(elapsed)) + _OTHER_TRAIT * differing
        alike = pool[np.argsort(unlike, kind="stable")[:_ALIKE]]
        return np.array(
            [
                _rest(self.duration[nearest], self.remaining[nearest], elapsed),
                np.median(self.duration[alike]) - elapsed,
                np.median(self.remaining[alike]),
                np.quantile(self.duration[alike], 0.75) - elapsed,
            ]
        )


def _rest(durations: FloatArray, remainings: FloatArray, elapsed: float) -> float:
    """The median of what remained, from the opening or from the event, whichever scatters less.

    Some rests run from the opening (a promise to the customer), others from the event (a timer).
    """
    from_opening, from_event = float(np.median(durations)), float(np.median(remainings))
    if np.abs(remainings - from_event).mean() < np.abs(durations - from_opening).mean():
        return from_event
    return from_opening - elapsed


def _traits(asked: pd.DataFrame, closed: pd.DataFrame) -> tuple[IntArray, IntArray]:
    """A number for each value of an attribute, and of the weekday of opening, alike in both frames."""
    columns = [*attribute_columns(asked), "opening_weekday"]
    both = pd.concat([asked[columns], closed[columns]])
    codes = np.column_stack([pd.factorize(both[column])[0] for column in columns]).astype(np.int32)
    return codes[: len(asked)], codes[len(asked) :]


def _recent(instants: FloatArray, closed: pd.DataFrame) -> FloatArray:
    """Median duration of the newest endings, endings of the last month, days since the last one."""
    tickets = closed.drop_duplicates("ticket").sort_values(["known", "ticket"])
    known, duration = tickets["known"].to_numpy(), tickets["duration"].to_numpy()
    told = np.full((len(instants), 3), np.nan)
    counts = np.searchsorted(known, instants, side="left")
    months = counts - np.searchsorted(known, instants - _RECENT_DAYS, side="left")
    for row, count in enumerate(counts):
        if count >= _MIN_RECENT_TICKETS:
            newest = duration[max(0, count - _RECENT_TICKETS) : count]
            told[row] = np.median(newest), months[row], instants[row] - known[count - 1]
    return told
