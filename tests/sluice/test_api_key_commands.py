import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess

import pytest

from tests.factories.desk import Desk
from tests.sluice.conftest import Command

ApiKey = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def api_key(sluice: Command, database_url: str) -> ApiKey:
    return lambda *arguments: sluice("api-key", *arguments, SLUICE_DATABASE_URL=database_url)


@pytest.fixture
def desk(database_url: str) -> Desk:
    return Desk(database_url)


def test_add_prints_a_key_and_keeps_its_digest_alone(api_key: ApiKey, desk: Desk) -> None:
    done = api_key("add", "helpdesk", "--source", "hdts", "--days", "30")
    assert done.returncode == 0, done.stderr
    key = done.stdout.strip()
    assert re.fullmatch(r"slk_[A-Za-z0-9_-]{43}", key)
    (row,) = desk.execute("select * from intake.api_key")
    assert row["key_hash"] == hashlib.sha256(key.encode()).hexdigest()
    assert key not in str(row)
    assert (row["name"], row["source_service"], row["hint"]) == ("helpdesk", "hdts", key[:10])
    assert row["expires_at"] - row["created_at"] == timedelta(days=30)


def test_list_tells_what_became_of_each(api_key: ApiKey, desk: Desk) -> None:
    for name in ("stays", "goes", "ends"):
        api_key("add", name, "--source", "hdts")
    api_key("revoke", "GOES")
    desk.execute("update intake.api_key set expires_at = now() where name = 'ends'")
    desk.execute("update intake.api_key set last_used_at = '2026-02-14T08:00:00Z' where name = 'stays'")
    keys = json.loads(api_key("list", "--json").stdout)["keys"]
    assert [(key["name"], key["state"]) for key in keys] == [
        ("stays", "active"),
        ("goes", "revoked"),
        ("ends", "expired"),
    ]
    assert not any("hash" in name for name in keys[0])
    lines = api_key("list").stdout.splitlines()
    assert len(lines) == 3
    assert "used 2026-02-14" in lines[0]
    assert f"expires {datetime.now(UTC):%Y}" in lines[2]


def test_a_name_is_free_again_once_its_key_is_revoked(api_key: ApiKey) -> None:
    assert api_key("add", "helpdesk", "--source", "hdts").returncode == 0
    taken = api_key("add", "HelpDesk", "--source", "hdts")
    assert taken.returncode != 0
    assert "'HelpDesk' is in use: revoke it first" in taken.stderr
    assert api_key("revoke", "helpdesk").returncode == 0
    assert api_key("add", "HelpDesk", "--source", "hdts").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("revoke", "nobody"), "no API key named 'nobody' is in use"),
        (("add", "x" * 65, "--source", "hdts"), "the name"),
        (("add", "a\tb", "--source", "hdts"), "the name 'a\\tb'"),
        (("add", "helpdesk", "--source", " "), "the source ' '"),
    ],
)
def test_refuses_in_one_sentence(api_key: ApiKey, arguments: tuple[str, ...], told: str) -> None:
    done = api_key(*arguments)
    assert done.returncode != 0
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
