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
    assert (principal.user_type, principal.roles) == ("employee", {("hdts", "requester")})


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
