"""What one fault is: what it breaks, who is to notice, what readers may see, and what recovers from it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tests.faults.catalogue.laboratory import Laboratory
from tests.faults.catalogue.workbench import RUN, Ended

AGAIN = "sluice pipeline run --no-train"
RETRAIN = "sluice pipeline run"
REFRESH = "sluice pipeline run --no-train --full-refresh"
REBUILD = "sluice pipeline run --rebuild"
NOTHING = ""
# What was done to the operational rows is undone where they came from.
MENDED = "call kept.mend()"


class Group(StrEnum):
    DATA = "data"
    SCHEMA = "schema"
    RUN = "run"
    CODE = "code"
    MODELS = "models"


class Finder(StrEnum):
    """Who notices, and thereby where it is told."""

    CONSTRAINT = "constraint"
    QUARANTINE = "quarantine"
    WARNING = "warning check"
    CHECK = "blocking check"
    TEST = "dbt test"
    RUN = "failed run"
    LOG = "log of the run"
    RETRY = "retry"
    LOCK = "build lock"
    NEXT_RUN = "next run"
    REBUILD = "rebuild"


class Sees(StrEnum):
    """What readers may see after the fault and before the recovery; anything else is served wrong."""

    UNCHANGED = "the write is refused, so the truth"
    LAST_GOOD = "the last good publication"
    TRUTH = "the truth"
    EITHER = "the last good publication, or the truth where a retry was enough"
    WITHOUT = "the truth without those rows, which are counted and listed"
    MARKED = "what the desk says, with the warning"
    LATE = "wrong numbers, until the weekly rebuild tells of them and publishes the truth"


Run = Callable[[Laboratory], Ended]


def run_again(laboratory: Laboratory) -> Ended:
    """The next run, as the sensor or a person starts it."""
    return laboratory.run(*RUN)


@dataclass(frozen=True)
class Fault:
    """One entry of the catalogue.

    `breaks` is a statement, done as somebody who may do anything; `run` is what runs on the broken desk, and
    may be where the fault is. `says` is what the finder must be heard to say. `truth` leaves of the sound
    desk what readers may see. `mends` undoes what no command of ours can: a row at its source, a disk, a
    setting; then `recovery` is run.
    """

    name: str
    group: Group
    found_by: Finder
    says: str
    sees: Sees
    breaks: str = ""
    run: Run = field(default=run_again)
    truth: str = ""
    mends: str = ""
    recovery: str = AGAIN
    # Tried by every run of the test suite.
    is_quick: bool = False
    # Those of one name are tried in one run: they cannot hide one another.
    together: str = ""
