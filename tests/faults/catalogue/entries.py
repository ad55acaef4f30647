"""The catalogue: every fault that is injected, in the order of its table."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tests.faults.catalogue.code import CODE
from tests.faults.catalogue.fault import Fault, Sees
from tests.faults.catalogue.feed import STOPPED, WARNED
from tests.faults.catalogue.models import MODELS
from tests.faults.catalogue.refused import REFUSED
from tests.faults.catalogue.rows import SET_ASIDE
from tests.faults.catalogue.runs import RUNS
from tests.faults.catalogue.schema import SCHEMA

# They need no run: the database is asked, and says no.
WRITES = REFUSED
TRIALS = (*SET_ASIDE, *WARNED, *STOPPED, *SCHEMA, *RUNS, *CODE, *MODELS)
CATALOGUE = (*WRITES, *TRIALS)


def is_write(fault: Fault) -> bool:
    """Whether the database alone decides on it."""
    return fault.sees is Sees.UNCHANGED


def batches(faults: Sequence[Fault]) -> Iterator[list[Fault]]:
    """Faults that are tried in one run."""
    for together, batch in groupby(faults, key=lambda fault: fault.together or fault.name):
        assert together
        yield list(batch)
