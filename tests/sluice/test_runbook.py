"""What docs/runbook.md says to do, done to a desk that is broken in each of the ways that it names."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import psycopg
import pytest
from typer.testing import CliRunner

from sluice.cli import app
from sluice.embedded_postgres import EmbeddedPostgres
from tests.pipelines.desk import fill_desk

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")
PATIENCE = 600
TRACEBACK = re.compile(r"Traceback|File \"")


def commands(title: str) -> list[list[str]]:
    """Arguments of the commands that the runbook gives under a title, in their order."""
    _, _, section = RUNBOOK.partition(f"\n## {title}\n")
    assert section, title
    blocks = re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    return [line.split()[1:] for block in blocks for line in block.splitlines()]


@dataclass
class Desk:
    """A SLUICE_HOME with an embedded server, and the command on it."""

    home: Path
    server: EmbeddedPostgres

    @property
    def url(self) -> str:
        return self.server.url("sluice")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SLUICE_")}
        return {
            **kept,
            "SLUICE_HOME": str(self.home),
            "SLUICE_PIPELINE_RETRY_SECONDS": "0.1",
            "COLUMNS": "200",
        }

    def start(self, arguments: list[str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "sluice", *arguments],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.home.parent,
            env=self.environment,
        )

    def run(self, arguments: list[str], *, code: int | None = 0) -> str:
        process = self.start(arguments)
        told, complaints = process.communicate(timeout=PATIENCE)
        assert code is None or process.returncode == code, complaints
        assert not TRACEBACK.search(told + complaints), complaints
        return told + complaints

    def explain(self) -> dict[str, Any]:
        explained: dict[str, Any] = json.loads(self.run(["pipeline", "explain", "--json"]))
        return explained

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def publications(self) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute("select count(*) from serving.publications").fetchone()
        return int(row[0]) if row else 0

    def follow(self, title: str) -> None:
        """Run what the runbook gives; the last of it publishes."""
        before = self.publications()
        *looks, last = commands(title)
        for look in looks:
            self.run(look, code=None)
        self.run(last)
        assert self.publications() == before + 1


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with TemporaryDirectory(prefix="sluice-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        (home / "locks").mkdir(parents=True)
        server = EmbeddedPostgres(home)
        server.attach()
        desk = Desk(home, server)
        try:
            desk.run(["migrate"])
            fill_desk(desk.url, tickets=200, days=60)
            desk.run(["pipeline", "run", "--no-train"])
            yield desk
        finally:
            server.release()


def waits_for(url: str, table: str) -> Callable[[], bool]:
    def is_waiting() -> bool:
        with psycopg.connect(url, autocommit=True) as connection:
            query = "select from pg_locks where not granted and relation = %s::regclass"
            return connection.execute(query, [table]).fetchone() is not None

    return is_waiting


def goes_on(run: "subprocess.Popen[str]") -> bool:
    """Whether the command has not ended, after a moment."""
    with suppress(subprocess.TimeoutExpired):
        run.wait(0.1)
    return run.returncode is None


def test_a_run_that_published_is_explained_with_its_time(desk: Desk) -> None:
    told = desk.run(["pipeline", "explain"])
    assert "It published, and every check passed." in told
    assert "Readers see publication 1, data as of" in told
    for part in ("models, in the database", "Great Expectations", "copying to serving", "all of it"):
        assert part in told
    spent = desk.explain()["story"]["seconds"]
    assert min(spent.values()) >= 0
    assert spent["models, in the database"] > 0


def test_a_run_was_killed(desk: Desk) -> None:
    with psycopg.connect(desk.url) as blocker:
        blocker.execute("lock table marts.fct_tickets in access exclusive mode")
        run = desk.start(["pipeline", "run", "--no-train"])
        begun, is_waiting = time.monotonic(), waits_for(desk.url, "marts.fct_tickets")
        while not is_waiting():
            assert goes_on(run), run.communicate()
            assert time.monotonic() - begun < PATIENCE
        assert desk.explain()["summary"] == "It is still running."
        run.send_signal(signal.SIGKILL)
        run.communicate()
        desk.execute("select pg_terminate_backend(pid) from pg_locks where not granted")

    explained = desk.explain()

    assert explained["story"]["status"] == "lost"
    assert explained["command"] == "sluice pipeline run --no-train"
    assert explained["stands"]["publication_id"] == 1
    desk.follow("A run was killed")


def test_a_check_failed(desk: Desk) -> None:
    desk.execute("update ops.task set sla_started_at = sla_started_at + interval '9 years'")
    desk.run(["pipeline", "run", "--no-train"], code=1)

    told = desk.run(["pipeline", "explain"])

    assert "ops/task, check operational_rows stopped it: target_resolution and sla_started_at" in told
    assert "Next: Mend the rows that the check names, then run again. sluice pipeline run --no-train" in told
    desk.execute("update ops.task set sla_started_at = sla_started_at - interval '9 years'")
    mended, accepted = commands("A check failed")
    assert accepted == [*mended, "--full-refresh"]
    before = desk.publications()
    desk.run(mended)
    assert desk.publications() == before + 1


def test_a_data_test_failed(desk: Desk) -> None:
    desk.execute("update build.ticket_cube set sla_met = sla_met + 1 where day < current_date - 9")
    desk.run(["pipeline", "run", "--no-train"], code=1)

    explained = desk.explain()

    [check, *_] = [each for each in explained["story"]["unmet"] if "one_sla_state" in each["check"]]
    assert check["blocks"]
    assert 0 < len(check["examples"]) <= 3
    assert set(check["examples"][0]) >= {"series_key"}
    desk.run(["pipeline", "run", "--no-train", "--full-refresh"])


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 512 KiB, where this machine lets a test have one."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k,mode=0777", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_disk_is_full(desk: Desk) -> None:
    with small_disk(desk.home.parent) as disk:
        space = disk / "space"
        space.mkdir()
        shutil.chown(space, desk.server.data.stat().st_uid)
        desk.execute(f"create tablespace small location '{space}'")
        desk.execute("grant create on tablespace small to sluice_pipeline")
        desk.execute("alter database sluice set default_tablespace = small")
        try:
            desk.run(["pipeline", "run", "--no-train"], code=1)
            explained = desk.explain()
        finally:
            desk.execute("alter database sluice reset default_tablespace")
            desk.run(["pipeline", "explain"])
            move_from_small_disk(desk)
    assert any("No space left on device" in error for error in explained["story"]["errors"])
    assert explained["story"]["retries"] == 3
    assert explained["next_step"] == "Free some of the disk, then run again."
    desk.follow("The disk is full")


def move_from_small_disk(desk: Desk) -> None:
    with psycopg.connect(desk.url, autocommit=True) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where tablespace = 'small'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"drop table {table} cascade")
        connection.execute("drop tablespace small")


def test_the_database_restarted(desk: Desk) -> None:
    assert desk.server.pid is not None
    postmaster = psutil.Process(desk.server.pid)
    postmaster.kill()
    psutil.wait_procs([postmaster], PATIENCE)
    [again] = commands("The database restarted")
    desk.run(again)
    assert "It published" in desk.explain()["summary"]


def test_days_were_built_wrong(desk: Desk) -> None:
    """Ctrl-C in the midst of a step; the same command goes on."""
    backfill, _rebuild = commands("Days were built wrong")
    today = datetime.now(UTC).date()
    first, last = today - timedelta(days=40), today - timedelta(days=9)
    backfill = [*backfill[:2], "--from", str(first), "--to", str(last)]
    desk.execute(
        f"update build.ticket_cube set escalated = escalated + 1 where day between '{first}' and '{last}'"
    )
    with psycopg.connect(desk.url) as blocker:
        blocker.execute("lock table build.work_cube in access exclusive mode")
        run = desk.start(backfill)
        begun, is_waiting = time.monotonic(), waits_for(desk.url, "build.work_cube")
        while not is_waiting():
            assert goes_on(run), run.communicate()
            assert time.monotonic() - begun < PATIENCE
        run.send_signal(signal.SIGINT)
        # It ends with the statement at hand.
        blocker.rollback()
        _, complaints = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130, complaints
    assert f"sluice pipeline backfill --from {first} --to {last} goes on" in complaints
    assert f"The backfill from {first} to {last} has come to no day" in desk.run(["pipeline", "status"])
    explained = desk.explain()
    assert explained["summary"] == "The run was asked to end, so nothing is published."
    assert explained["command"] == f"sluice {' '.join(backfill)}"

    told = desk.run(backfill)

    assert "32 of 32 days are built" in told
    assert "Publication" in told
    assert "goes on." not in desk.run(["pipeline", "status"])


def test_numbers_are_stale(desk: Desk) -> None:
    desk.execute("update serving.publications set data_as_of = data_as_of - interval '27 hours'")
    assert "minutes old" in desk.run(["pipeline", "status"])
    desk.follow("Numbers are stale")


def test_dagsters_home_is_lost(desk: Desk) -> None:
    shutil.rmtree(desk.home / "dagster")
    desk.execute("drop schema dagster cascade; create schema dagster authorization sluice_pipeline")
    desk.execute(
        "insert into serving.failed_runs (run_id, job_name, failures)"
        " values ('0f0f0f0f-1', 'publish', '[\"build/ticket_cube: 3 rows have no series\"]')"
    )
    told = desk.run(["pipeline", "explain", "0f0f"])
    assert "It published nothing" in told
    assert "3 rows have no series" in told
    explain, again = commands("Dagster's home is lost")
    assert "no run of the pipeline is known: sluice pipeline run" in desk.run(explain, code=1)
    desk.run(again)


def test_a_run_that_nobody_knows_is_a_sentence(desk: Desk) -> None:
    told = desk.run(["pipeline", "explain", "nosuchrun"], code=1)
    assert told == "sluice: no run begins with 'nosuchrun': `sluice pipeline status` lists the ids of runs\n"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (
            "2026-09-02",
            "2026-09-01",
            "--from 2026-09-02 is after --to 2026-09-01: give the earlier day first",
        ),
        ("2026-09-02", "2999-01-01", "--to 2999-01-01 has not come yet: give a day up to"),
        ("1999-12-31", "2026-09-01", "--from 1999-12-31 is before 2000-01-01"),
    ],
)
def test_days_that_cannot_be_built_are_a_sentence(desk: Desk, first: str, last: str, said: str) -> None:
    assert said in desk.run(["pipeline", "backfill", "--from", first, "--to", last], code=2)


def test_every_command_of_the_runbook_is_one() -> None:
    for block in re.findall(r"```sh\n(.*?)```", RUNBOOK, re.DOTALL):
        for line in block.splitlines():
            program, *arguments = line.split()
            assert program == "sluice"
            words = [word for word in arguments if re.fullmatch("[a-z]+", word)]
            shown = CliRunner().invoke(app, [*words, "--help"])
            assert shown.exit_code == 0, line
            assert all(option in shown.stdout for option in arguments if option.startswith("--")), line
