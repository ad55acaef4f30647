"""Runs that do not come to their end, or come to it in spite of something."""

import signal

from tests.faults.catalogue import mishaps
from tests.faults.catalogue.fault import AGAIN, NOTHING, Fault, Finder, Group, Run, Sees, run_again
from tests.faults.catalogue.laboratory import BUILD_LOCK
from tests.faults.catalogue.mishaps import INPUTS, JUDGED, KEPT_FROM_BUILD_TO_BUILD, MARTS, PUBLISHED

KILLED = "gone without a word"
PUBLISHES = "It published, "
AWAY = "^sluice: .*(database|connection|server|lost its hold)|^Publication"


def _fault(
    name: str,
    run: Run,
    found_by: Finder,
    says: str,
    sees: Sees,
    *,
    breaks: str = "",
    mends: str = "",
    is_quick: bool = False,
) -> Fault:
    recovery = NOTHING if sees is Sees.TRUTH else AGAIN
    return Fault(
        name,
        Group.RUN,
        found_by,
        says,
        sees,
        breaks,
        run=run,
        mends=mends,
        recovery=recovery,
        is_quick=is_quick,
    )


RUNS = (
    _fault(
        "killed before it builds, while another run does",
        mishaps.interrupted(BUILD_LOCK, signal.SIGKILL),
        Finder.NEXT_RUN,
        KILLED,
        Sees.LAST_GOOD,
    ),
    _fault(
        "killed while the operational rows are judged",
        mishaps.interrupted(INPUTS, signal.SIGKILL),
        Finder.NEXT_RUN,
        KILLED,
        Sees.LAST_GOOD,
    ),
    _fault(
        "killed in dbt",
        mishaps.interrupted(MARTS, signal.SIGKILL),
        Finder.NEXT_RUN,
        KILLED,
        Sees.LAST_GOOD,
    ),
    _fault(
        "killed in dbt, while tables kept from build to build are changed",
        mishaps.interrupted(KEPT_FROM_BUILD_TO_BUILD, signal.SIGKILL),
        Finder.NEXT_RUN,
        KILLED,
        Sees.LAST_GOOD,
    ),
    _fault(
        "killed while the marts are judged",
        mishaps.interrupted(JUDGED, signal.SIGKILL),
        Finder.NEXT_RUN,
        KILLED,
        Sees.LAST_GOOD,
    ),
    _fault(
        "killed in the publication, before it is committed",
        mishaps.interrupted(PUBLISHED, signal.SIGKILL),
        Finder.NEXT_RUN,
        KILLED,
        Sees.LAST_GOOD,
    ),
    _fault(
        "killed after the publication is committed",
        mishaps.killed_after_commit,
        Finder.NEXT_RUN,
        KILLED,
        Sees.TRUTH,
    ),
    _fault(
        "told to end (SIGTERM) in dbt",
        mishaps.interrupted(MARTS, signal.SIGTERM),
        Finder.RUN,
        "asked to end",
        Sees.LAST_GOOD,
    ),
    _fault(
        "cancelled (Ctrl-C) in the publication",
        mishaps.interrupted(PUBLISHED, signal.SIGINT),
        Finder.RUN,
        "asked to end",
        Sees.LAST_GOOD,
        is_quick=True,
    ),
    _fault(
        "the server is killed and restarts while the operational rows are judged",
        mishaps.crashed(INPUTS),
        Finder.RUN,
        AWAY,
        Sees.EITHER,
    ),
    _fault(
        "the server is killed and restarts in dbt",
        mishaps.crashed(MARTS),
        Finder.RUN,
        AWAY,
        Sees.EITHER,
    ),
    _fault(
        "the server is killed and restarts in the publication",
        mishaps.crashed(PUBLISHED),
        Finder.RUN,
        AWAY,
        Sees.EITHER,
    ),
    _fault(
        "the server is killed and restarts between two runs, and has lost every unlogged table",
        mishaps.crashed_between_runs,
        Finder.NEXT_RUN,
        PUBLISHES,
        Sees.TRUTH,
    ),
    _fault(
        "the server is away",
        mishaps.server_is_away,
        Finder.RUN,
        "cannot be reached",
        Sees.LAST_GOOD,
    ),
    _fault(
        "all sessions of a run are ended in dbt",
        mishaps.disconnected,
        Finder.RETRY,
        "[1-9] retries",
        Sees.TRUTH,
    ),
    _fault(
        "somebody holds a mart for longer than a run waits",
        mishaps.held_up(MARTS, is_let_go=True),
        Finder.RETRY,
        "[1-9] retries",
        Sees.TRUTH,
        is_quick=True,
    ),
    _fault(
        "somebody holds a mart and does not let go",
        mishaps.held_up(MARTS, is_let_go=False),
        Finder.RUN,
        "lock timeout",
        Sees.LAST_GOOD,
    ),
    _fault(
        "somebody holds a published table for longer than a run waits",
        mishaps.held_up(PUBLISHED, is_let_go=True),
        Finder.RETRY,
        "[1-9] retries",
        Sees.TRUTH,
    ),
    _fault(
        "two runs at once",
        mishaps.two_at_once,
        Finder.LOCK,
        "waited for the first",
        Sees.TRUTH,
    ),
    _fault(
        "the disk of the database is full",
        mishaps.disk_of_database_is_full,
        Finder.RUN,
        "No space left on device",
        Sees.LAST_GOOD,
    ),
    _fault(
        "the disk of SLUICE_HOME is full",
        mishaps.disk_of_home_is_full,
        Finder.RUN,
        "^sluice: .*MB of disk left",
        Sees.LAST_GOOD,
    ),
    _fault(
        "a query may write no temporary files",
        run_again,
        Finder.RUN,
        "temp_file_limit",
        Sees.LAST_GOOD,
        breaks="alter database desk set temp_file_limit = 0; alter database desk set work_mem = '64kB'",
        mends="alter database desk reset temp_file_limit; alter database desk reset work_mem",
    ),
    _fault(
        "the database takes no writes",
        run_again,
        Finder.RUN,
        "^sluice: .*read-only",
        Sees.LAST_GOOD,
        breaks="alter database desk set default_transaction_read_only = on",
        mends="begin read write; alter database desk reset default_transaction_read_only; commit",
    ),
    _fault(
        "dbt's folder cannot be written",
        mishaps.replaced_by_file("dbt/target"),
        Finder.RUN,
        "dbt could not build: .*Not a directory",
        Sees.LAST_GOOD,
    ),
    _fault(
        "the folder of the Data Docs cannot be written",
        mishaps.replaced_by_file("dbt-docs/data-docs"),
        Finder.LOG,
        "Data Docs still show",
        Sees.TRUTH,
    ),
    _fault(
        "Dagster's home is lost",
        mishaps.home_of_dagster_is_lost,
        Finder.NEXT_RUN,
        PUBLISHES,
        Sees.TRUTH,
    ),
    _fault(
        "Dagster's storage is lost",
        run_again,
        Finder.NEXT_RUN,
        PUBLISHES,
        Sees.TRUTH,
        breaks="drop schema dagster cascade; create schema dagster authorization sluice_pipeline",
    ),
    _fault(
        "what dbt keeps of its project is garbled",
        mishaps.parsed_project_is_garbled,
        Finder.NEXT_RUN,
        PUBLISHES,
        Sees.TRUTH,
    ),
    _fault(
        "the clock is set back by two hours after a run",
        run_again,
        Finder.NEXT_RUN,
        PUBLISHES,
        Sees.TRUTH,
        breaks="""
            update serving.publications
            set data_as_of = data_as_of + interval '2 hours', published_at = published_at + interval '2 hours'
        """,
    ),
    _fault(
        "the database comes from another server, whose transactions were far ahead",
        run_again,
        Finder.NEXT_RUN,
        PUBLISHES,
        Sees.TRUTH,
        breaks="update serving.publications set watermark = '4000000000'",
    ),
)
