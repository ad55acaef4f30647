import pytest

from pipelines.resources.passing_faults import passes_by_itself

PASSING = (
    "server closed the connection unexpectedly This probably means the server terminated abnormally",
    "FATAL: terminating connection due to administrator command",
    "fct_tickets: Database Error in model fct_tickets canceling statement due to lock timeout",
    "deadlock detected DETAIL: Process 12 waits for ShareLock",
    "could not serialize access due to concurrent update",
    'could not extend file "base/16384/2613": No space left on device HINT: Check free disk space.',
    'could not write to file "base/pgsql_tmp/pgsql_tmp12.3": No space left on device',
    'connection to server on socket "/run/.s.PGSQL.5432" failed: FATAL: the database system is starting up',
    'connection to server at "127.0.0.1", port 5432 failed: Connection refused',
    "FATAL: sorry, too many clients already",
    "the connection is lost",
)
LASTING = (
    "assert_cube_total_is_the_rows: Got 3 results, configured to fail if != 0",
    'fct_tickets: Database Error in model fct_tickets column "colour" does not exist',
    "canceling statement due to statement timeout",
    "division by zero",
    "dbt could not build: None",
)


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_by_itself(fault: str) -> None:
    assert passes_by_itself([fault])


@pytest.mark.parametrize("fault", LASTING)
def test_what_does_not(fault: str) -> None:
    assert not passes_by_itself([fault])
    assert not passes_by_itself([PASSING[0], fault])


def test_no_fault_is_nothing_to_try_again() -> None:
    assert not passes_by_itself([])
