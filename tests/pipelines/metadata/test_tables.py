"""What is told of tables is right where they are small, near where they are large, and cheap in both."""

from collections.abc import Iterator

import dagster as dg
import psycopg
import pytest

from pipelines.metadata.facts import look_at
from pipelines.metadata.tables import TableFacts, Window, read_columns, read_table_facts
from pipelines.resources.postgres import Postgres

LARGE = 60_000
SEEN = dg.AssetKey(["build", "seen"])


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url) as connection:
        yield connection


def fill(connection: psycopg.Connection, rows: int) -> None:
    """A row per minute of the year, each a tenth of a kilobyte."""
    connection.execute(
        "create table build.seen (subject text, seen_at timestamptz not null, as_of timestamptz)"
    )
    connection.execute(
        "insert into build.seen select repeat('x', 80), timestamptz '2026-01-01Z' + n * interval '1 minute'"
        " from generate_series(0, %s - 1) as n",
        [rows],
    )


def rows_read(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "select seq_tup_read from pg_stat_xact_user_tables where relname = 'seen'"
    ).fetchone()
    assert row is not None
    return int(row[0])


class TestTableFacts:
    def test_a_small_table_is_counted(self, connection: psycopg.Connection) -> None:
        fill(connection, 61)
        window = Window("seen_at", "2026-01-01T00:00:00+00:00", "2026-01-01T01:00:00+00:00", False)
        assert read_table_facts(connection, [SEEN]) == {SEEN: TableFacts(61, False, window)}

    def test_an_empty_table_and_one_without_a_time_have_no_window(
        self, connection: psycopg.Connection
    ) -> None:
        fill(connection, 0)
        connection.execute("create table build.names as select 'x' as name")
        names = dg.AssetKey(["build", "names"])
        facts = read_table_facts(connection, [SEEN, names])
        assert facts == {SEEN: TableFacts(0, False, None), names: TableFacts(1, False, None)}

    def test_views_and_what_is_not_there_are_passed_over(self, connection: psycopg.Connection) -> None:
        connection.execute("create view build.glance as select now() as seen_at")
        keys = [dg.AssetKey(["build", "glance"]), dg.AssetKey(["nowhere", "nothing"])]
        assert read_table_facts(connection, keys) == {}
        assert read_table_facts(connection, []) == {}

    def test_of_a_large_table_a_part_is_read_and_called_an_estimate(
        self, connection: psycopg.Connection
    ) -> None:
        fill(connection, LARGE)
        [facts] = read_table_facts(connection, [SEEN]).values()
        assert facts.is_estimate
        assert facts.rows == pytest.approx(LARGE, rel=0.15)
        assert facts.window is not None
        assert facts.window.is_estimate
        assert facts == read_table_facts(connection, [SEEN])[SEEN]

    def test_an_index_tells_both_ends_of_a_large_table(self, connection: psycopg.Connection) -> None:
        fill(connection, 4 * LARGE)
        connection.execute("create index on build.seen (seen_at)")
        [facts] = read_table_facts(connection, [SEEN]).values()
        assert facts.is_estimate
        assert facts.window == Window(
            "seen_at", "2026-01-01T00:00:00+00:00", "2026-06-16T15:59:00+00:00", is_estimate=False
        )

    def test_what_is_read_does_not_grow_with_the_table(self, connection: psycopg.Connection) -> None:
        fill(connection, 4 * LARGE)
        before = rows_read(connection)
        read_table_facts(connection, [SEEN])
        assert 0 < rows_read(connection) - before < LARGE / 2


def test_columns_are_told_as_the_database_has_them(connection: psycopg.Connection) -> None:
    fill(connection, 0)
    columns = read_columns(connection, [SEEN])[SEEN].columns
    assert [(column.name, column.type, column.constraints.nullable) for column in columns] == [
        ("subject", "text", True),
        ("seen_at", "timestamp with time zone", False),
        ("as_of", "timestamp with time zone", True),
    ]


def test_where_the_database_does_not_answer_nothing_is_told_and_nothing_stops() -> None:
    unreachable = Postgres(database_url="postgresql://postgres@127.0.0.1:1/nowhere")
    assert look_at(unreachable, [SEEN], columns_of=[SEEN]).describe(SEEN, 3) == {"dagster/row_count": 3}
