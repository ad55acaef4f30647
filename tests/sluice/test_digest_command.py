"""`sluice digest`: the desk's week printed, or told before its hour."""

import psycopg

from tests.api.insights.desk import random_desk
from tests.api.insights.publishing import Publication
from tests.sluice.conftest import Command

PEOPLE = """
insert into ops.role (name) values ('Admin'), ('Agents');
insert into ops.role_user (role_id, user_id, user_full_name)
select role_id, user_id, 'Person ' || user_id
from ops.role cross join (values (1, 'Admin'), (9, 'Agents')) as people (user_id, role)
where role.name = people.role;
insert into ops.user_account (user_type, user_id, username, full_name)
values ('staff', 1, 'ana', 'Ana'), ('staff', 9, 'kim', 'Kim');
"""


def told(database_url: str) -> list[tuple[int, str]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute("select user_id, type from ops.notification").fetchall()


def test_shows_or_tells_what_is_published(sluice: Command, database_url: str) -> None:
    nothing = sluice("digest", "--show", SLUICE_DATABASE_URL=database_url)
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "nothing is published that a week could be told of: sluice pipeline run" in nothing.stderr
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(PEOPLE)
        Publication(connection, random_desk(50, seed=5)).publish()

    shown = sluice("digest", "--show", SLUICE_DATABASE_URL=database_url)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("The desk from ")
    assert "\nALERTS (" in shown.stdout
    assert shown.stdout.endswith("Forecasts: http://127.0.0.1:8501/forecasts\n")
    theirs = sluice("digest", "--show", "--to", "kim", SLUICE_DATABASE_URL=database_url)
    assert "\nALERTS (" not in theirs.stdout
    assert told(database_url) == []

    assert "does not want it" in sluice("digest", "--to", "kim", SLUICE_DATABASE_URL=database_url).stderr
    assert "signs in as 'bo'" in sluice("digest", "--to", "bo", SLUICE_DATABASE_URL=database_url).stderr
    first, again = [sluice("digest", SLUICE_DATABASE_URL=database_url) for _ in range(2)]
    assert first.stdout == "1 person told; a running worker sends it.\n"
    assert (again.returncode, "were told of" in again.stderr) == (2, True)
    assert told(database_url) == [(1, "desk_digest")]
