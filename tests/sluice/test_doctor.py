import json
import socket
from pathlib import Path

import pytest

from api.kit.db import with_database
from sluice.credentials import load_credentials
from sluice.doctor import Finding, examine
from sluice.settings import load_settings
from tests.conftest import temporary_database
from tests.sluice.conftest import Command


def finding(check: str) -> Finding:
    return next(found for found in examine(load_settings()) if found.check == check)


pytestmark = pytest.mark.usefixtures("home", "free_ports")


def test_a_sound_desk_has_no_complaints(database_url: str, sluice: Command) -> None:
    done = sluice("doctor", "--json", SLUICE_DATABASE_URL=database_url)
    found = json.loads(done.stdout)["findings"]
    assert done.returncode == 0, found
    assert {"python", "home", "disk", "secrets", "database", "schema"} <= {one["check"] for one in found}
    assert len([one for one in found if one["check"].startswith("port of")]) == 6


def test_a_taken_port_is_found(sluice: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = sluice("doctor", SLUICE_DAGSTER_PORT=port)
    assert done.returncode == 1
    assert (
        f"BAD  port of dagster-webserver: {port} is taken by another program: set SLUICE_DAGSTER_PORT"
        in done.stdout
    )


def test_secrets_others_may_read_are_found(home: Path) -> None:
    load_credentials(load_settings())
    assert finding("secrets").ok
    (home / "secrets.json").chmod(0o644)
    assert not finding("secrets").ok


def test_a_database_behind_the_code_is_found(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with temporary_database(server_url) as name:
        monkeypatch.setenv("SLUICE_DATABASE_URL", with_database(server_url, name))
        assert finding("database").ok
        schema = finding("schema")
    assert (schema.ok, "run `sluice migrate`" in schema.detail) == (False, True)


def test_a_database_that_is_away_is_found(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_DATABASE_URL", f"postgresql://nobody@127.0.0.1:{free_port}/sluice")
    assert not finding("database").ok
    assert not finding("schema").ok
