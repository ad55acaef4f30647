import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.sluice.history_import.conftest import Query, Sluice

MappingFile = Callable[..., Path]
LogFile = Callable[..., Path]

LIFE = (
    ("1", "2024-03-01T09:00:00", "New", "", "Desk", "High", "Printer"),
    ("1", "2024-03-01T10:00:00", "Work", "Ana", "Desk", "High", "Printer"),
    ("1", "2024-03-01T11:00:00", "Wait", "Ana", "Desk", "High", "Printer"),
    ("1", "2024-03-01T12:30:00", "Work", "Ben", "Desk", "High", "Printer"),
    ("1", "2024-03-01T15:00:00", "Done", "Ben", "Desk", "High", "Printer"),
)
OTHER = (
    ("2", "2024-03-02T09:00:00", "New", "Ana", "Desk", "Low", "Mail"),
    ("2", "2024-03-02T10:00:00", "Work", "Ana", "Desk", "Low", "Mail"),
)
EVERYTHING = (
    "select (select count(*) from ops.ticket_snapshot), (select count(*) from ops.task), "
    "(select count(*) from ops.task_item), (select count(*) from ops.task_event), "
    "(select count(*) from ops.task_item_event), (select count(*) from ops.ticket_event), "
    "(select count(*) from ops.workflow), (select count(*) from ops.workflow_version), "
    "(select count(*) from ops.step), (select count(*) from ops.role), (select count(*) from ops.role_user), "
    "(select count(*) from ops.user_account), (select count(*) from ops.import_batch)"
)


class TestImport:
    def test_a_life_becomes_a_task_with_its_items(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile
    ) -> None:
        assert sluice("import", log_file(*LIFE), "--mapping", mapping_file()).exit_code == 0
        assert query(
            "select status, hold_seconds, created_at::text, first_response_at::text, resolution_time::text "
            "from ops.task"
        ) == [
            (
                "completed",
                5400,
                "2024-03-01 09:00:00+00",
                "2024-03-01 10:00:00+00",
                "2024-03-01 15:00:00+00",
            )
        ]
        assert query(
            "select step.name, user_full_name, status, origin from ops.task_item "
            "join ops.step using (step_id) join ops.role_user using (role_user_id) order by task_item_id"
        ) == [
            ("Work", "Ana", "resolved", "System"),
            ("Wait", "Ana", "resolved", "System"),
            ("Work", "Ben", "resolved", "System"),
        ]

    def test_same_file_again_changes_nothing(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile
    ) -> None:
        log, mapping = log_file(*LIFE, *OTHER), mapping_file()
        sluice("import", log, "--mapping", mapping)
        before = query(EVERYTHING)
        report = sluice("import", log, "--mapping", mapping, "--json").report
        assert (report["tickets_imported"], report["tickets_unchanged"]) == (0, 2)
        assert query(EVERYTHING) == before

    def test_longer_file_adds_its_new_tickets_and_steps(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile
    ) -> None:
        mapping = mapping_file()
        sluice("import", log_file(*OTHER), "--mapping", mapping)
        report = sluice("import", log_file(*LIFE, *OTHER), "--mapping", mapping, "--json").report
        assert (report["tickets_imported"], report["tickets_unchanged"]) == (1, 1)
        assert query("select version, is_active from ops.workflow_version order by version") == [
            (1, False),
            (2, True),
        ]
        assert query("select count(*) from ops.step") == [(4,)]

    def test_dry_run_counts_the_same_and_writes_nothing(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile
    ) -> None:
        log, mapping = log_file(*LIFE, *OTHER), mapping_file()
        before = query(EVERYTHING)
        tried = sluice("import", log, "--mapping", mapping, "--json", "--dry-run").report
        assert query(EVERYTHING) == before
        done = sluice("import", log, "--mapping", mapping, "--json").report
        assert tried["rows_written"] == done["rows_written"]
        assert tried["tickets_imported"] == done["tickets_imported"] == 2

    def test_ids_of_later_rows_do_not_collide(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile
    ) -> None:
        sluice("import", log_file(*LIFE), "--mapping", mapping_file())
        for table, column in (
            ("task", "task_id"),
            ("task_item", "task_item_id"),
            ("ticket_snapshot", "ticket_id"),
        ):
            [(following, highest)] = query(
                f"select nextval(pg_get_serial_sequence('ops.{table}', '{column}')), max({column}) "
                f"from ops.{table}"
            )
            assert following > highest

    def test_number_of_another_source_is_refused(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile
    ) -> None:
        log = log_file(*LIFE)
        sluice("import", log, "--mapping", mapping_file())
        before = query(EVERYTHING)
        refused = sluice("import", log, "--mapping", mapping_file({"source": "other_log"}))
        assert refused.exit_code == 1
        assert "'S-1' already belong to the source 'small_log'" in refused.error
        assert query(EVERYTHING) == before

    def test_json_lines_with_nested_names(
        self, sluice: Sluice, query: Query, tmp_path: Path, mapping_file: MappingFile
    ) -> None:
        log = tmp_path / "log.jsonl"
        row = {
            "id": 7, "at": "2024-03-01T09:00:00+02:00", "state": "New", "who": None,
            "team": {"name": "Desk"}, "priority": "urgent", "kind": "Mail",
        }  # fmt: skip
        log.write_text(json.dumps(row) + "\n", encoding="utf-8")
        fields = {
            "state": {"column": "state"},
            "group": {"column": "team.name"},
            "priority": {"column": "priority"},
        }
        assert sluice("import", log, "--mapping", mapping_file({"fields": fields})).exit_code == 0
        assert query("select ticket_number, priority, submit_date::text from ops.ticket_snapshot") == [
            ("S-7", "Critical", "2024-03-01 07:00:00+00")
        ]

    def test_table_of_one_row_per_ticket(
        self, sluice: Sluice, query: Query, tmp_path: Path, mapping_file: MappingFile
    ) -> None:
        table = tmp_path / "tickets.csv"
        table.write_text(
            "id,opened,resolved,closed,state,who\n"
            "1,2024-03-01,2024-03-03,2024-03-06,Done,Ana\n"
            "2,2024-03-01,,,Work,Ben\n",
            encoding="utf-8",
        )
        mapping = mapping_file(
            {
                "fields": {"state": {"column": "state"}, "assignee": {"column": "who"}},
                "timestamps": {name: {"column": name} for name in ("resolved", "closed")}
                | {"created": {"column": "opened"}},
            }
        )
        assert sluice("import", table, "--mapping", mapping).exit_code == 0
        assert query(
            "select ticket_number, task.status, task.created_at::date::text, resolution_time::date::text "
            "from ops.task join ops.ticket_snapshot using (ticket_id) order by 1"
        ) == [("S-1", "completed", "2024-03-01", "2024-03-03"), ("S-2", "in progress", "2024-03-01", None)]


class TestRejects:
    BAD = (
        ("3", "yesterday", "New"),
        ("3", "2024-03-04T10:00:00", "Work"),
        ("", "2024-03-04T10:00:00", "Work"),
        ("4", "2024-03-04T10:00:00", "Lost"),
        ("5", "2924-03-04T10:00:00", "New"),
    )

    def test_bad_rows_are_named_and_their_tickets_held_back(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile, tmp_path: Path
    ) -> None:
        rejects = tmp_path / "rejects.csv"
        outcome = sluice(
            "import", log_file(*LIFE, *self.BAD), "--mapping", mapping_file(), "--rejects", rejects, "--json"
        )
        assert outcome.exit_code == 3
        assert (outcome.report["rows_rejected"], outcome.report["tickets_held_back"]) == (4, 3)
        assert query("select ticket_number from ops.ticket_snapshot") == [("S-1",)]
        with rejects.open(encoding="utf-8", newline="") as file:
            found = [tuple(row.values()) for row in csv.DictReader(file)]
        assert found == [
            ("log.csv", "6", "at", "yesterday", "not a timestamp of the form iso"),
            ("log.csv", "8", "id", "", "is missing; every row needs its ticket's id"),
            ("log.csv", "9", "state", "Lost", "is not among the mapping's states"),
            ("log.csv", "10", "at", "2924-03-04T10:00:00", "lies in the future"),
        ]

    def test_corrected_file_brings_in_what_was_held_back(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile, tmp_path: Path
    ) -> None:
        mapping, rejects = mapping_file(), tmp_path / "rejects.csv"
        sluice("import", log_file(*LIFE, *self.BAD), "--mapping", mapping, "--rejects", rejects)
        corrected = log_file(*LIFE, ("3", "2024-03-04T09:00:00", "New"), ("3", "2024-03-04T10:00:00", "Work"))
        assert sluice("import", corrected, "--mapping", mapping).exit_code == 0
        assert query("select ticket_number from ops.ticket_snapshot order by 1") == [("S-1",), ("S-3",)]

    def test_too_many_write_nothing(
        self, sluice: Sluice, query: Query, log_file: LogFile, mapping_file: MappingFile, tmp_path: Path
    ) -> None:
        before = query(EVERYTHING)
        outcome = sluice(
            "import", log_file(*LIFE, *self.BAD), "--mapping", mapping_file(),
            "--rejects", tmp_path / "rejects.csv", "--max-rejects", 3,
        )  # fmt: skip
        assert outcome.exit_code == 4
        assert "more than 3 rows were rejected" in outcome.error
        assert query(EVERYTHING) == before

    def test_ticket_resolved_before_it_was_created(
        self, sluice: Sluice, query: Query, tmp_path: Path, mapping_file: MappingFile
    ) -> None:
        table, rejects = tmp_path / "tickets.csv", tmp_path / "rejects.csv"
        table.write_text(
            "id,opened,solved,state\n1,2024-03-05,2024-03-01,Done\n2,2024-03-05,2024-03-06,Done\n"
        )
        mapping = mapping_file(
            {
                "fields": {"state": {"column": "state"}},
                "timestamps": {"created": {"column": "opened"}, "resolved": {"column": "solved"}},
            }
        )
        outcome = sluice("import", table, "--mapping", mapping, "--rejects", rejects)
        assert outcome.exit_code == 3
        assert "resolved before it was created" in rejects.read_text(encoding="utf-8")
        assert query("select ticket_number from ops.ticket_snapshot") == [("S-2",)]

    def test_clean_import_leaves_no_rejects_file(
        self, sluice: Sluice, log_file: LogFile, mapping_file: MappingFile, tmp_path: Path
    ) -> None:
        rejects = tmp_path / "rejects.csv"
        sluice("import", log_file(*LIFE), "--mapping", mapping_file(), "--rejects", rejects)
        assert not rejects.exists()


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"time_zone": "Europe/Atlantis"}, "time_zone: 'Europe/Atlantis' is no IANA time zone"),
            ({"colour": "blue"}, "colour: Extra inputs are not permitted"),
            ({"states": {}}, "states: Dictionary should have at least 1 item"),
            ({"states": {"New": {"task": "done", "ticket": "New"}}}, "states.New.task: Input should be"),
            ({"timestamps": {}}, "timestamps: name `event`"),
            ({"ticket_id": {"column": "nummer"}}, "column 'nummer' of the mapping is not in"),
        ],
    )
    def test_wrong_mapping(
        self,
        sluice: Sluice,
        log_file: LogFile,
        mapping_file: MappingFile,
        changes: dict[str, Any],
        sentence: str,
    ) -> None:
        outcome = sluice("import", log_file(*LIFE), "--mapping", mapping_file(changes))
        assert outcome.exit_code in {2, 3}
        assert sentence in outcome.error
        assert "Traceback" not in outcome.error

    def test_missing_file(self, sluice: Sluice, mapping_file: MappingFile, tmp_path: Path) -> None:
        outcome = sluice("import", tmp_path / "nothing.csv", "--mapping", mapping_file())
        assert outcome.exit_code == 2
        assert "nothing.csv: cannot be read to its end (No such file or directory)" in outcome.error


def test_two_imports_of_one_file_at_once_import_it_once(
    database_url: str, query: Query, log_file: LogFile, mapping_file: MappingFile
) -> None:
    log, mapping = log_file(*LIFE, *OTHER), mapping_file()
    command = [sys.executable, "-m", "sluice.cli", "import", str(log), "--mapping", str(mapping), "--json"]
    both = [
        subprocess.Popen(
            command, env=os.environ | {"SLUICE_DATABASE_URL": database_url}, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    reports = [json.loads(process.communicate()[0]) for process in both]
    assert sorted(report["tickets_imported"] for report in reports) == [0, 2]
    assert query("select count(*) from ops.task") == [(2,)]


def test_killed_import_leaves_the_database_as_it_was(
    database_url: str, query: Query, log_file: LogFile, mapping_file: MappingFile
) -> None:
    rows = [
        (str(number), f"2024-03-01T09:{minute:02d}:00", state, "Ana", "Desk", "Low", "Mail")
        for number in range(20_000)
        for minute, state in enumerate(("New", "Work", "Done"))
    ]
    log, mapping = log_file(*rows), mapping_file()
    before = query(EVERYTHING)
    process = subprocess.Popen(
        [sys.executable, "-m", "sluice.cli", "import", str(log), "--mapping", str(mapping)],
        env=os.environ | {"SLUICE_DATABASE_URL": database_url},
    )
    try:
        with psycopg.connect(database_url, autocommit=True) as watcher:
            # Task ids are handed out once lives are being written, in the middle of the transaction.
            while watcher.execute("select last_value from ops.task_task_id_seq").fetchone() == (1,):
                assert process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL
    assert query(EVERYTHING) == before
