from pathlib import Path

import psycopg
import pytest

from api.identity.passwords import verify_password
from api.identity.verification import TokenVerifier
from sluice.accounts import NewAccount, add_accounts, api_settings
from sluice.errors import DatabaseError, SettingError
from sluice.settings import load_settings
from tests.sluice.conftest import Command


def test_token_prints_one_token_the_services_accept_and_nothing_else(home: Path, sluice: Command) -> None:
    done = sluice("token", "--role", "Admin", "--role", "Ticket Coordinator", "--user-id", "12")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    verifier = TokenVerifier(api_settings(load_settings(), "postgresql://"))
    claims = verifier.claims(done.stdout.strip(), token_type="access")
    assert (claims["user_id"], claims["user_type"]) == (12, "staff")
    assert claims["roles"] == [
        {"system": "tts", "role": "Admin"},
        {"system": "hdts", "role": "Ticket Coordinator"},
    ]
    assert claims["exp"] - claims["iat"] == 3600
    assert not (home / "postgres").exists()


def test_an_employees_token(sluice: Command) -> None:
    done = sluice("token", "--role", "hdts:Requester", "--user-type", "employee")
    principal = TokenVerifier(api_settings(load_settings(), "postgresql://")).principal(done.stdout.strip())
    assert (str(principal.user_type), set(principal.roles)) == ("employee", {("hdts", "requester")})


def test_a_token_for_nobody_is_refused(sluice: Command) -> None:
    done = sluice("token", "--role", ":Admin")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--role ':Admin' names no role" in done.stderr


async def test_an_added_user_can_sign_in(sluice: Command, database_url: str) -> None:
    done = sluice(
        "user", "add", "ana", "--role", "Admin", "--role", "hdts:Ticket Coordinator",
        "--full-name", "Ana B", "--user-id", "7", SLUICE_DATABASE_URL=database_url,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    password = done.stdout.strip().rpartition(" ")[2]
    with psycopg.connect(database_url) as connection:
        stored = connection.execute("select password_hash from ops.user_account where user_id = 7").fetchone()
        roles = connection.execute("""
            select role.system, role.name from ops.role_user join ops.role using (role_id)
            where user_id = 7 order by role.name
        """).fetchall()
    assert stored is not None
    assert await verify_password(password, stored[0])
    assert roles == [("tts", "Admin"), ("hdts", "Ticket Coordinator")]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        (NewAccount("Ana", "long enough", [], user_id=8), "'Ana' is taken"),
        (NewAccount("bo", "long enough", [], user_id=7), "that --user-id belongs to another account"),
    ],
)
def test_a_name_or_an_id_that_is_taken_is_one_sentence(
    database_url: str, second: NewAccount, complaint: str
) -> None:
    add_accounts(load_settings(), database_url, [NewAccount("ana", "long enough", [], user_id=7)])
    with pytest.raises(DatabaseError, match=complaint):
        add_accounts(load_settings(), database_url, [second])


@pytest.mark.usefixtures("home")
def test_a_short_password_is_refused() -> None:
    with pytest.raises(SettingError, match="fewer than 8 characters"):
        add_accounts(load_settings(), "postgresql://", [NewAccount("ana", "short", [])])


def test_a_disabled_user_stays_out_until_enabled(sluice: Command, database_url: str) -> None:
    settings = {"SLUICE_DATABASE_URL": database_url}
    assert sluice("user", "add", "ana", "--role", "Admin", **settings).returncode == 0
    for command, is_active in (("disable", False), ("enable", True)):
        done = sluice("user", command, "Ana", **settings)
        assert done.returncode == 0, done.stderr
        with psycopg.connect(database_url) as connection:
            assert connection.execute("select is_active from ops.user_account").fetchone() == (is_active,)


async def test_a_user_gets_a_new_password(sluice: Command, database_url: str) -> None:
    settings = {"SLUICE_DATABASE_URL": database_url}
    sluice("user", "add", "ana", "--role", "Admin", **settings)
    done = sluice("user", "password", "ana", **settings)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(database_url) as connection:
        stored = connection.execute("select password_hash from ops.user_account").fetchone()
    assert stored is not None
    assert await verify_password(done.stdout.strip().rpartition(" ")[2], stored[0])


@pytest.mark.parametrize("command", ["disable", "enable", "password"])
def test_a_user_nobody_knows_is_one_sentence(sluice: Command, database_url: str, command: str) -> None:
    sluice("user", "add", "ana", "--role", "Admin", SLUICE_DATABASE_URL=database_url)
    done = sluice("user", command, "bo", SLUICE_DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "No account has the user name 'bo'" in done.stderr
