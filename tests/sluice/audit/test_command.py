import json
from pathlib import Path

import pytest

from sluice.audit.rows import open_trail, read_heads
from sluice.errors import DatabaseError
from tests.factories.trail import Intruder
from tests.sluice.conftest import Command


class TestCommand:
    def test_verify_and_anchor(
        self, sluice: Command, database_url: str, intruder: Intruder, trail: list[int], tmp_path: Path
    ) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(sluice("audit", "anchor", SLUICE_DATABASE_URL=database_url).stdout)
        done = sluice("audit", "verify", "--anchor", str(file), SLUICE_DATABASE_URL=database_url)
        assert (done.returncode, done.stdout) == (0, "7 events, all as they were written.\n")
        intruder.alter(trail[2], "username", "'bo'")
        done = sluice("audit", "verify", SLUICE_DATABASE_URL=database_url)
        assert done.returncode == 1
        assert f"altered: event {trail[2]} was altered" in done.stdout
        done = sluice("audit", "verify", "--json", SLUICE_DATABASE_URL=database_url)
        assert (done.returncode, json.loads(done.stdout)["events"]) == (1, 7)

    def test_an_anchor_shows_what_verify_alone_does_not(
        self, sluice: Command, database_url: str, intruder: Intruder, trail: list[int], tmp_path: Path
    ) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(sluice("audit", "anchor", SLUICE_DATABASE_URL=database_url).stdout)
        intruder.alter(trail[2], "username", "'bo'")
        intruder.seal_lane(intruder.lane_of(trail[2]))
        assert sluice("audit", "verify", SLUICE_DATABASE_URL=database_url).returncode == 0
        done = sluice("audit", "verify", "--anchor", str(file), SLUICE_DATABASE_URL=database_url)
        assert done.returncode == 1
        assert f"altered: event {trail[-1]} is not the one that was anchored" in done.stdout

    def test_a_weakened_guard_alone_is_a_finding(
        self, sluice: Command, database_url: str, intruder: Intruder
    ) -> None:
        intruder.run("drop trigger append_only on ops.audit_event")
        done = sluice("audit", "verify", SLUICE_DATABASE_URL=database_url)
        assert done.returncode == 1
        assert "guard: the trigger append_only on ops.audit_event is missing" in done.stdout

    def test_a_database_without_a_chain_is_one_sentence(self, server_url: str) -> None:
        with pytest.raises(DatabaseError, match="run sluice migrate"), open_trail(server_url) as connection:
            read_heads(connection)
