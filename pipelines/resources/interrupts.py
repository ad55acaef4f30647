"""Ending a step that was asked to end: Dagster would try it again as its retry policy says."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

INTERRUPTED = "The run was asked to end, so nothing is published."


@contextmanager
def ending_when_asked() -> Iterator[None]:
    """Make of Ctrl-C, SIGTERM and Dagster's termination a failure that is not tried again."""
    try:
        yield
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError) as interrupt:
        raise dg.Failure(INTERRUPTED, allow_retries=False) from interrupt
