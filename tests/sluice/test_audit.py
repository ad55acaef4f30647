"""What a database's owner can do to the audit trail behind the services' back, and that it is found."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from sluice.audit.anchors import AnchorError, read_anchor, write_anchor
from sluice.audit.chain import Head
from sluice.audit.examination import Finding, examine
from sluice.audit.rows import missing_triggers, open_trail, read_heads, stream_events
from sluice.errors import DatabaseError
from tests.sluice.conftest import Command

AWKWARD = {
    "äöü": 'quote " and \\ slash',
    "nothing": None,
    "line\n": "\t\x01\x7f\u2028🙂",
    "number": 1.50,
    "deep": [{"b": 1, "aa": 2}],
}
_PLACE = "lane, sequence, previous_hash, hash"


class Intruder:
    """Somebody with all rights on the database, who switches the guards off."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, statement: str, *values: Any, guarded: bool = False) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            if not guarded:
                connection.execute("set local session_replication_role = replica")
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def write(self, count: int = 5) -> list[int]:
        """Add events as the services do, all to one lane; returns their ids in order."""
        rows = self.run(
            "insert into ops.audit_event (user_id, username, actor_roles, action, target_type, target_id, "
            "changes, description, ip_address) select 7, 'ana', '[\"tts:Admin\"]', 'update_task', 'Task', n, "
            "%s::jsonb, 'n=' || n, '10.0.0.5' from generate_series(1, %s) as n returning audit_event_id",
            json.dumps(AWKWARD),
            count,
            guarded=True,
        )
        return [row["audit_event_id"] for row in rows]

    def swap(self, first: int, second: int) -> None:
        self.run("update ops.audit_event set sequence = -sequence where audit_event_id = %s", first)
        places = {
            row["audit_event_id"]: abs(row["sequence"])
            for row in self.run(
                "select audit_event_id, sequence from ops.audit_event where audit_event_id in (%s, %s)",
                first,
                second,
            )
        }
        for event_id, place in ((second, places[first]), (first, places[second])):
            self.run("update ops.audit_event set sequence = %s where audit_event_id = %s", place, event_id)


@pytest.fixture
def intruder(database_url: str) -> Intruder:
    return Intruder(database_url)


@pytest.fixture
def trail(intruder: Intruder) -> list[int]:
    intruder.write(2)
    return intruder.write(5)


def verify(url: str, anchored: dict[int, Head] | None = None) -> list[Finding]:
    with open_trail(url) as connection:
        heads = read_heads(connection)
        found = examine(stream_events(connection), heads, anchored or {})
        return [*missing_triggers(connection), *found]


def summary(findings: list[Finding]) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.audit_event_id) for finding in findings]


class TestVerification:
    def test_an_untouched_trail_has_no_findings(self, database_url: str, trail: list[int]) -> None:
        assert verify(database_url) == []
        assert len(trail) == 5

    @pytest.mark.parametrize(
        "change",
        [
            "username = 'bo'",
            "changes = changes - 'number'",
            "recorded_at = recorded_at + interval '1 microsecond'",
            "recorded_at = 'infinity'",
            "target_id = null",
            "ip_address = '10.0.0.5/31'",
            "actor_roles = '[\"tts:Agent\"]'",
            "hash = sha256(hash)",
            "previous_hash = sha256(hash)",
        ],
    )
    def test_an_altered_row_is_named(
        self, database_url: str, intruder: Intruder, trail: list[int], change: str
    ) -> None:
        intruder.run(f"update ops.audit_event set {change} where audit_event_id = %s", trail[2])
        assert ("altered", trail[2]) in summary(verify(database_url))

    def test_a_row_that_was_altered_and_sealed_again_does_not_fit_its_neighbour(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.run("update ops.audit_event set username = 'bo' where audit_event_id = %s", trail[2])
        intruder.run(
            "update ops.audit_event as event set hash = sha256(previous_hash || "
            "convert_to(ops.audit_content(event), 'UTF8')) where audit_event_id = %s",
            trail[2],
        )
        (finding,) = verify(database_url)
        assert finding.sentence.startswith(f"event {trail[3]} does not follow event {trail[2]}")

    def test_a_last_row_that_was_sealed_again_is_not_the_heads(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.run("update ops.audit_event set username = 'bo' where audit_event_id = %s", trail[-1])
        intruder.run(
            "update ops.audit_event as event set hash = sha256(previous_hash || "
            "convert_to(ops.audit_content(event), 'UTF8')) where audit_event_id = %s",
            trail[-1],
        )
        assert summary(verify(database_url)) == [("head", trail[-1])]

    def test_a_deleted_row_is_named_by_its_place(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.run("delete from ops.audit_event where audit_event_id = any(%s)", trail[1:3])
        (finding,) = verify(database_url)
        assert finding.kind == "missing"
        assert "places 2 to 3 are missing" in finding.sentence
        assert f"between event {trail[0]} and event {trail[3]}" in finding.sentence

    def test_rows_that_changed_places_are_named(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.swap(trail[1], trail[3])
        found = summary(verify(database_url))
        assert {("reordered", trail[1]), ("reordered", trail[3])} <= set(found)

    def test_a_row_after_the_end_is_named(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        (slipped_in,) = intruder.run(
            f"insert into ops.audit_event (username, action, target_type, {_PLACE}) "
            "select 'bo', 'other', 'Task', lane, sequence + 1, hash, sha256(hash) from ops.audit_event "
            "where audit_event_id = %s returning audit_event_id",
            trail[-1],
        )
        assert summary(verify(database_url)) == [("inserted", slipped_in["audit_event_id"])]

    def test_a_row_in_a_lane_that_does_not_exist_is_named(
        self, database_url: str, intruder: Intruder
    ) -> None:
        (slipped_in,) = intruder.run(
            f"insert into ops.audit_event (username, action, target_type, {_PLACE}) "
            "values ('bo', 'other', 'Task', 32, 1, '', '') returning audit_event_id"
        )
        assert summary(verify(database_url)) == [("inserted", slipped_in["audit_event_id"])]

    def test_a_cut_tail_disagrees_with_the_head(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.run("delete from ops.audit_event where audit_event_id = any(%s)", trail[3:])
        (finding,) = verify(database_url)
        assert finding.kind == "tail_cut"
        assert f"after event {trail[2]}" in finding.sentence

    @pytest.mark.usefixtures("trail")
    def test_an_emptied_trail_disagrees_with_the_heads(self, database_url: str, intruder: Intruder) -> None:
        intruder.run("truncate ops.audit_event")
        assert {finding.kind for finding in verify(database_url)} == {"tail_cut"}

    def test_a_lost_head_is_named(self, database_url: str, intruder: Intruder) -> None:
        intruder.run("delete from ops.audit_chain where lane = 9")
        assert [finding.sentence for finding in verify(database_url)] == ["the head of lane 9 is missing"]

    @pytest.mark.usefixtures("trail")
    def test_rows_written_without_the_trigger_are_refused_or_found(
        self, database_url: str, intruder: Intruder
    ) -> None:
        intruder.run("drop trigger chain on ops.audit_event")
        with pytest.raises(psycopg.errors.NotNullViolation):
            intruder.write(1)
        assert [finding.kind for finding in verify(database_url)] == ["trigger"]

    def test_a_guard_that_is_switched_off_is_named(self, database_url: str, intruder: Intruder) -> None:
        intruder.run("alter table ops.audit_event disable trigger append_only")
        (finding,) = verify(database_url)
        assert "append_only" in finding.sentence


class TestAnchors:
    def cut_with_head(self, intruder: Intruder, trail: list[int]) -> None:
        intruder.run("delete from ops.audit_event where audit_event_id = any(%s)", trail[3:])
        intruder.run(
            "update ops.audit_chain as head set last_sequence = event.sequence, last_hash = event.hash "
            "from ops.audit_event as event where event.lane = head.lane and event.audit_event_id = %s",
            trail[2],
        )

    def anchored(self, url: str) -> dict[int, Head]:
        with open_trail(url) as connection:
            return read_heads(connection)

    def test_a_tail_cut_together_with_its_head_is_found_by_an_anchor_alone(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        anchored = self.anchored(database_url)
        self.cut_with_head(intruder, trail)
        assert verify(database_url) == []
        (finding,) = verify(database_url, anchored)
        assert finding.kind == "tail_cut"

    def test_a_lane_written_anew_is_not_the_anchored_one(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        anchored = self.anchored(database_url)
        (head,) = [head for head in anchored.values() if head.sequence == 5]
        self.cut_with_head(intruder, trail)
        # As the services would, but not what was there.
        intruder.run("set session_replication_role = origin")
        for _ in range(2):
            intruder.run(
                "with head as (select * from ops.audit_chain where lane = %s) insert into ops.audit_event "
                "(action, target_type, lane, sequence, previous_hash, hash) "
                "select 'other', 'Task', lane, last_sequence + 1, last_hash, '' from head",
                head.lane,
            )
            intruder.run(
                "update ops.audit_event as event set hash = sha256(previous_hash || "
                "convert_to(ops.audit_content(event), 'UTF8')) where hash = ''"
            )
            intruder.run(
                "update ops.audit_chain set (last_sequence, last_hash) = (select sequence, hash "
                "from ops.audit_event where lane = %s order by sequence desc limit 1) where lane = %s",
                head.lane,
                head.lane,
            )
        assert verify(database_url) == []
        (finding,) = verify(database_url, anchored)
        assert "is not the one that was anchored" in finding.sentence

    @pytest.mark.usefixtures("trail")
    def test_a_trail_that_grew_still_fits_its_anchor(self, database_url: str, intruder: Intruder) -> None:
        anchored = self.anchored(database_url)
        for _ in range(40):
            intruder.write(1)
        assert verify(database_url, anchored) == []

    def test_an_anchor_that_was_changed_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(write_anchor({0: Head(0, 3, b"x" * 32)}).replace('"sequence": 3', '"sequence": 2'))
        with pytest.raises(AnchorError, match="was changed after it was printed"):
            read_anchor(file)

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"lanes": [{}], "root": ""}'])
    def test_another_file_is_no_anchor(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(text)
        with pytest.raises(AnchorError, match="is not an anchor"):
            read_anchor(file)


class TestCommand:
    def test_verify_and_anchor(
        self, sluice: Command, database_url: str, intruder: Intruder, trail: list[int], tmp_path: Path
    ) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(sluice("audit", "anchor", SLUICE_DATABASE_URL=database_url).stdout)
        done = sluice("audit", "verify", "--anchor", str(file), SLUICE_DATABASE_URL=database_url)
        assert (done.returncode, done.stdout) == (0, "7 events, all as they were written.\n")
        intruder.run("update ops.audit_event set username = 'bo' where audit_event_id = %s", trail[2])
        done = sluice("audit", "verify", SLUICE_DATABASE_URL=database_url)
        assert done.returncode == 1
        assert f"altered: event {trail[2]} was altered" in done.stdout
        done = sluice("audit", "verify", "--json", SLUICE_DATABASE_URL=database_url)
        assert (done.returncode, json.loads(done.stdout)["events"]) == (1, 7)

    def test_a_database_without_a_chain_is_one_sentence(self, server_url: str) -> None:
        with pytest.raises(DatabaseError, match="run sluice migrate"), open_trail(server_url) as connection:
            read_heads(connection)
