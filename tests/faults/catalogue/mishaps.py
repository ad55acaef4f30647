"""What can befall a run: it is killed, cancelled, held up, starved of disk, or loses its database."""

import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.catalogue.fault import Run
from tests.faults.catalogue.laboratory import BUILD_LOCK, Laboratory
from tests.faults.catalogue.workbench import RUN, Ended, Running, poll
from tests.pipelines.published import publication_count

# Tables that a run needs at one stage and not before.
INPUTS = "ops.ticket_snapshot"
MARTS = "marts.fct_tickets"
KEPT_FROM_BUILD_TO_BUILD = "build.ticket_cube"
JUDGED = "serving.ticket_rows"
PUBLISHED = "serving.forecast_points"


def interrupted(table: str, number: signal.Signals) -> Run:
    """A run that is sent a signal as soon as it waits for the table."""

    def run(laboratory: Laboratory) -> Ended:
        running = laboratory.start(*RUN)

        def interrupt() -> None:
            running.process.send_signal(number)
            if number is signal.SIGKILL:
                running.wait()

        laboratory.when_waiting(running, table, interrupt)
        return running.wait()

    return run


def killed_after_commit(laboratory: Laboratory) -> Ended:
    """A run that is killed between its publication and its end."""
    with laboratory.connect() as connection:
        before = publication_count(connection)
        running = laboratory.start(*RUN)
        poll(running, lambda: publication_count(connection) > before)
        running.process.kill()
    return running.wait()


def crashed(table: str) -> Run:
    """A run whose server is killed and started again as soon as it waits for the table."""

    def run(laboratory: Laboratory) -> Ended:
        # Else a sequence of a copied database gives the same numbers again after a crash.
        laboratory.execute("checkpoint")
        running = laboratory.start(*RUN)
        laboratory.when_waiting(running, table, laboratory.crash_server)
        return running.wait()

    return run


def crashed_between_runs(laboratory: Laboratory) -> Ended:
    laboratory.crash_server()
    return laboratory.run(*RUN)


def server_is_away(laboratory: Laboratory) -> Ended:
    laboratory.server.stop()
    try:
        return laboratory.run(*RUN)
    finally:
        laboratory.server.ensure_running()


def disconnected(laboratory: Laboratory) -> Ended:
    """A run whose sessions are ended while it builds, the one that holds its lock too."""
    running = laboratory.start(*RUN)

    def end_sessions() -> None:
        laboratory.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            " and (starts_with(application_name, 'sluice run ') or application_name = 'dbt')"
        )

    laboratory.when_waiting(running, "marts.dim_people", end_sessions)
    return running.wait()


def held_up(table: str, *, is_let_go: bool) -> Run:
    """A run that may wait for a second, and waits for a table that somebody else holds for longer."""

    def run(laboratory: Laboratory) -> Ended:
        running = laboratory.start(*RUN, SLUICE_PIPELINE_LOCK_SECONDS="1")

        def wait() -> None:
            if not is_let_go:
                running.wait()
                return
            with laboratory.connect() as watcher:
                poll(running, lambda: not laboratory.waiters(watcher, table))

        laboratory.when_waiting(running, table, wait)
        return running.wait()

    return run


def two_at_once(laboratory: Laboratory) -> Ended:
    """Two runs, the second of them while the first one builds."""
    first = laboratory.start(*RUN)
    others: list[Running] = []

    def start_second() -> None:
        second = laboratory.start(*RUN)
        others.append(second)
        with laboratory.connect() as watcher:
            poll(second, lambda: bool(laboratory.waiters(watcher, BUILD_LOCK)))

    laboratory.when_waiting(first, MARTS, start_second)
    ends = [first.wait(), others[0].wait()]
    assert [each.status for each in ends] == [0, 0], ends
    return Ended(0, "the second run waited for the first\n" + ends[1].said)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A disk of its own on the folder; what is yielded gives it another size."""

    def mount(*options: str) -> None:
        subprocess.run(["mount", *options, str(folder)], check=True)

    mount("-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs")
    try:
        yield lambda more: mount("-o", f"remount,size={more}")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def disk_of_database_is_full(laboratory: Laboratory) -> Ended:
    """The facts, which each run makes anew, go to a disk of 1 MiB, which is given room after it."""
    folder = laboratory.home.parent / "disk"
    folder.mkdir(exist_ok=True)
    give_room = laboratory.until_restored(small_disk(folder, "1m"))
    space = folder / "space"
    space.mkdir()
    shutil.chown(space, laboratory.server.data.stat().st_uid)
    laboratory.execute(f"create tablespace small location '{space}'")
    laboratory.execute("grant create on tablespace small to sluice_pipeline")
    laboratory.until_restored(laboratory.tablespace("small"))
    laboratory.execute("alter database desk set default_tablespace = small")
    ended = laboratory.run(*RUN)
    give_room("512m")
    return ended


def disk_of_home_is_full(laboratory: Laboratory) -> Ended:
    with small_disk(laboratory.home, "1m"):
        return laboratory.run(*RUN)


def replaced_by_file(path: str) -> Run:
    """A run that finds a file where it has a folder."""

    def run(laboratory: Laboratory) -> Ended:
        folder = laboratory.home / path
        aside = folder.with_name("aside")
        folder.rename(aside)
        folder.touch()
        try:
            return laboratory.run(*RUN)
        finally:
            folder.unlink()
            aside.rename(folder)

    return run


def home_of_dagster_is_lost(laboratory: Laboratory) -> Ended:
    shutil.rmtree(laboratory.home / "dagster")
    return laboratory.run(*RUN)


def parsed_project_is_garbled(laboratory: Laboratory) -> Ended:
    (laboratory.home / "dbt" / "target" / "partial_parse.msgpack").write_bytes(b"\x93garbled")
    return laboratory.run_from_disk(*RUN)
