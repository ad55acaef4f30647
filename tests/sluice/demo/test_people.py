import asyncio
from pathlib import Path

import psycopg
import pytest

from api.identity.passwords import verify_password
from sluice.credentials import load_credentials
from sluice.demo.people import SignIn, prepare_sign_ins
from sluice.settings import load_settings

pytestmark = pytest.mark.usefixtures("home")

STAFF = """
    insert into ops.user_account (user_type, user_id, username, full_name) values
        ('staff', 11, 'desk/bo', 'Bo'), ('staff', 12, 'desk/cy', 'Cy'), ('employee', 11, 'desk/dee', 'Dee')
"""
TEAM = "insert into ops.role (name) values ('Network') returning role_id"
MEMBER = """
    insert into ops.role_user (role_id, user_id, user_full_name)
    select %s, user_id, full_name from ops.user_account where user_type = 'staff' and user_id in (11, 12)
"""


@pytest.fixture
def desk(database_url: str) -> str:
    with psycopg.connect(database_url) as connection:
        connection.execute(STAFF)
        connection.execute(MEMBER, connection.execute(TEAM).fetchone())
    return database_url


def prepare(database_url: str) -> dict[str, SignIn]:
    settings = load_settings()
    sign_ins = prepare_sign_ins(settings, database_url, load_credentials(settings))
    return {sign_in.username: sign_in for sign_in in sign_ins}


def can_sign_in(database_url: str, sign_in: SignIn) -> bool:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "select password_hash from ops.user_account where username = %s", [sign_in.username]
        ).fetchone()
    assert row is not None
    return asyncio.run(verify_password(sign_in.password, row[0]))


def test_three_accounts_and_one_of_the_desks_own_people(desk: str) -> None:
    sign_ins = prepare(desk)
    assert list(sign_ins) == ["admin", "manager", "coordinator", "desk/bo"]
    with psycopg.connect(desk) as connection:
        roles = connection.execute("""
            select account.username, role.system, role.name
            from ops.user_account as account
            join ops.role_user using (user_id)
            join ops.role using (role_id)
            where account.username = any(%s)
            order by role.name
        """, [["admin", "manager", "coordinator"]]).fetchall()  # fmt: skip
    assert roles == [
        ("admin", "tts", "Admin"),
        ("manager", "tts", "Manager"),
        ("coordinator", "hdts", "Ticket Coordinator"),
    ]


def test_a_new_home_gives_its_own_passwords_to_the_same_people(desk: str, home: Path) -> None:
    before = prepare(desk)
    (home / "secrets.json").unlink()
    after = prepare(desk)
    assert list(after) == list(before)
    for name, sign_in in after.items():
        assert sign_in.password != before[name].password
        assert can_sign_in(desk, sign_in)
        assert not can_sign_in(desk, before[name])
