import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from subprocess import CompletedProcess
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import errors

from sluice.analysts import AnalystError, add_analyst, list_analysts, remove_analyst
from tests.factories.desk import Desk
from tests.sluice.conftest import Command

AnalystCommand = Callable[..., "CompletedProcess[str]"]

READABLE = (
    "select count(*) from serving.ticket_rows",
    "select publication_id from serving.current_publication",
    "select count(*) from ticket_rows",
)
# As a session begins nothing can be written at all; what is refused here is so whatever the session sets.
FORBIDDEN = (
    "select password_hash from ops.user_account",
    "select * from ops.audit_event",
    "select * from ops.notification",
    "select key_hash from intake.api_key",
    "select * from intake.ticket",
    "select * from queue.procrastinate_jobs",
    "select * from ml.model_run",
    "select * from staging.stg_ops__tasks",
    "select * from build.ticket_rows",
    "insert into serving.current_publication default values",
    "update serving.ticket_rows set subject = 'x'",
    "delete from serving.publications",
    "truncate serving.ticket_rows",
    "create table serving.mine (one integer)",
    "create table marts.mine (one integer)",
    "create table public.mine (one integer)",
    "create schema mine",
    "create role other",
    "set role sluice_pipeline",
    "set role sluice_api",
    "alter table serving.ticket_rows owner to current_user",
    "select pg_read_file('postgresql.conf')",
    "copy serving.ticket_rows to '/rows'",
    "copy serving.publications from program 'id'",
    "select * from pg_authid",
    "select intake.outbox_state()",
    "alter role current_user createrole",
)


@pytest.fixture
def name(database_url: str) -> Iterator[str]:
    """A name of nobody's: roles are the server's, which other tests share."""
    name = f"ana_{uuid.uuid4().hex[:12]}"
    yield name
    with suppress(AnalystError):
        remove_analyst(database_url, name)


@pytest.fixture
def analyst(sluice: Command, database_url: str) -> AnalystCommand:
    return lambda *arguments: sluice("analyst", *arguments, SLUICE_DATABASE_URL=database_url)


class TestAdd:
    def test_prints_a_url_that_connects_and_nothing_else(self, analyst: AnalystCommand, name: str) -> None:
        done = analyst("add", name)
        assert done.returncode == 0, done.stderr
        url = done.stdout.strip()
        assert urlsplit(url).username == name
        assert len(urlsplit(url).password or "") == 32
        with psycopg.connect(url) as connection:
            for statement in READABLE:
                connection.execute(statement)

    def test_keeps_the_password_encrypted_alone(self, database_url: str, name: str) -> None:
        password = urlsplit(add_analyst(database_url, name)).password
        kept = Desk(database_url).scalar("select rolpassword from pg_authid where rolname = %s", name)
        assert kept.startswith("SCRAM-SHA-256$")
        assert password not in kept

    def test_points_to_the_replica_where_there_is_one(self, database_url: str, name: str) -> None:
        replica = "postgresql://reader:secret@replica:5433/sluice?sslmode=require&user=reader"
        url = urlsplit(add_analyst(database_url, name, read_at=replica))
        assert (url.username, url.hostname, url.port, url.path) == (name, "replica", 5433, "/sluice")
        assert url.query == "sslmode=require"

    @pytest.mark.parametrize(
        "unfit", ["", "Ana", "9lives", "a b", "pg_ana", "sluice_api", "a" * 64, 'a"; --']
    )
    def test_refuses_an_unfit_name_in_one_sentence(self, database_url: str, unfit: str) -> None:
        with pytest.raises(AnalystError, match="is not usable: give 1 to 63 small letters"):
            add_analyst(database_url, unfit)

    def test_refuses_a_name_that_is_taken(
        self, analyst: AnalystCommand, database_url: str, name: str
    ) -> None:
        add_analyst(database_url, name)
        done = analyst("add", name)
        assert done.returncode == 1
        [sentence] = done.stderr.splitlines()
        assert sentence == (
            f"sluice: the server has a role named {name!r}: choose another name, or end it first"
        )


class TestSession:
    @pytest.mark.parametrize("statement", FORBIDDEN)
    def test_may_not(self, database_url: str, name: str, statement: str) -> None:
        with psycopg.connect(add_analyst(database_url, name), autocommit=True) as connection:
            connection.execute("set default_transaction_read_only = off")
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement.encode())

    @pytest.mark.parametrize(
        "statement",
        ["create temporary table mine (one integer)", "select lo_create(0)", "create view v as select 1"],
    )
    def test_begins_without_writing_anything(self, database_url: str, name: str, statement: str) -> None:
        with (
            psycopg.connect(add_analyst(database_url, name)) as connection,
            pytest.raises(errors.ReadOnlySqlTransaction),
        ):
            connection.execute(statement.encode())

    def test_does_not_read_temporary_tables_of_others(self, database_url: str, name: str) -> None:
        with (
            psycopg.connect(database_url) as owner,
            psycopg.connect(add_analyst(database_url, name)) as connection,
        ):
            owner.execute("create temporary table secret as select 1 as one")
            [schema] = owner.execute("select pg_my_temp_schema()::regnamespace::text").fetchone() or ()
            owner.commit()
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"select * from {schema}.secret".encode())

    def test_is_ended_when_it_takes_too_long(self, database_url: str, name: str) -> None:
        with psycopg.connect(add_analyst(database_url, name)) as connection:
            told = connection.execute(
                "select current_setting('statement_timeout'),"
                " current_setting('idle_in_transaction_session_timeout'), current_setting('search_path')"
            ).fetchone()
        assert told == ("5min", "10min", "marts, serving")

    def test_is_one_of_ten_at_most(self, database_url: str, name: str) -> None:
        url = add_analyst(database_url, name)
        connections = [psycopg.connect(url) for _ in range(10)]
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            psycopg.connect(url)
        for connection in connections:
            connection.close()

    def test_reads_tables_that_come_later(self, database_url: str, name: str) -> None:
        desk = Desk(database_url)
        desk.execute("create table serving.come_later as select 1 as one")
        desk.execute("set role sluice_pipeline; create table marts.come_later as select 1 as one")
        with psycopg.connect(add_analyst(database_url, name)) as connection:
            assert connection.execute("select * from serving.come_later").fetchone() == (1,)
            assert connection.execute("select * from marts.come_later").fetchone() == (1,)


class TestList:
    def test_tells_who_there_is_and_how_often_they_are_connected(
        self, analyst: AnalystCommand, database_url: str, name: str
    ) -> None:
        with psycopg.connect(add_analyst(database_url, name)):
            listed = json.loads(analyst("list", "--json").stdout)["analysts"]
            [line] = [line for line in analyst("list").stdout.splitlines() if line.startswith(name)]
        assert {"name": name, "connection_limit": 10, "connections": 1} in listed
        assert line == f"{name}  1 of 10 connections"


class TestRemove:
    def test_ends_sessions_and_the_login(self, analyst: AnalystCommand, database_url: str, name: str) -> None:
        url = add_analyst(database_url, name)
        with psycopg.connect(url, autocommit=True) as connection:
            # Something of their own does not keep it.
            connection.execute("set default_transaction_read_only = off")
            connection.execute("select lo_create(0)")
            done = analyst("remove", name)
            assert (done.returncode, done.stdout) == (0, f"{name} can no longer connect.\n"), done.stderr
            with pytest.raises(psycopg.OperationalError):
                connection.execute("select 1")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url)
        assert name not in {each.name for each in list_analysts(database_url)}

    @pytest.mark.parametrize("nobody", ["nobody", "postgres", "sluice_pipeline"])
    def test_ends_nobody_who_is_no_analyst(self, analyst: AnalystCommand, nobody: str) -> None:
        done = analyst("remove", nobody)
        assert done.returncode == 1
        assert done.stderr == f"sluice: no analyst is named {nobody!r}: see sluice analyst list\n"


class TestServerOfSomebodyElse:
    @pytest.fixture
    def owner_url(self, database_url: str) -> Iterator[str]:
        """The URL of a role that is no superuser."""
        owner = f"owner_{uuid.uuid4().hex[:12]}"
        desk = Desk(database_url)
        desk.execute(f"create role {owner} login password 'secret'")
        parts = urlsplit(database_url)
        yield parts._replace(netloc=f"{owner}:secret@{parts.netloc.rpartition('@')[2]}").geturl()
        desk.execute(f"drop owned by {owner}; drop role {owner}")

    def test_without_the_right_says_which_one_is_missing(self, owner_url: str, name: str) -> None:
        owner = urlsplit(owner_url).username
        with pytest.raises(AnalystError) as refused:
            add_analyst(owner_url, name)
        assert f"`alter role {owner} createrole; grant sluice_analyst to {owner} with admin option`" in str(
            refused.value
        )

    def test_with_the_right_makes_and_ends_logins(self, owner_url: str, database_url: str, name: str) -> None:
        owner = urlsplit(owner_url).username
        Desk(database_url).execute(
            f"alter role {owner} createrole; grant sluice_analyst to {owner} with admin option"
        )
        with psycopg.connect(add_analyst(owner_url, name)):
            remove_analyst(owner_url, name)
        assert name not in {each.name for each in list_analysts(database_url)}
