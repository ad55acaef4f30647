import threading

import psycopg
import pytest

from pipelines.defs.publication.publish import publish
from pipelines.defs.publication.sensors import unpublished_events
from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.resources.postgres import Postgres
from tests.pipelines.published import published_rows

SERIES = 40
PUBLICATIONS = 15


def build_series(connection: psycopg.Connection, generation: int, *, series: int = SERIES) -> None:
    """Build series that all carry one generation, in two tables."""
    connection.execute("truncate build.ticket_series, build.forecast_series")
    connection.execute(
        "insert into build.ticket_series (series_key, department) select md5(n::text)::uuid, %s"
        " from generate_series(1, %s) as n",
        [str(generation), series],
    )
    connection.execute(
        "insert into build.forecast_series ("
        "  series_key, run_id, champion, fallback, model_version, trained_at, n_obs, quality, warnings"
        ") select series_key, %s, 'mean', true, '1', '2026-01-01', 0, '{}', '[]' from build.ticket_series",
        [generation],
    )


def publish_now(connection: psycopg.Connection, *, compare_all: bool = False) -> dict[str, tuple[int, int]]:
    with connection.transaction():
        published = publish(
            connection, run_id="run", code_version="1", check_results={}, compare_all=compare_all
        )
    return {table: (change.deleted, change.inserted) for table, change in published.changes.items()}


class TestPublish:
    def test_what_is_built_and_has_no_place_is_refused(self, builder: psycopg.Connection) -> None:
        builder.execute("alter table build.ticket_series add novel text")

        with pytest.raises(LookupError, match=r"run `sluice migrate` \(ticket_series\.novel\)"):
            publish_now(builder)

    def test_touches_only_rows_that_differ(self, builder: psycopg.Connection) -> None:
        build_series(builder, 1)
        publish_now(builder)
        builder.execute("update build.ticket_series set department = 'x' where series_key = md5('1')::uuid")
        builder.execute("delete from build.ticket_series where series_key = md5('2')::uuid")
        builder.execute("insert into build.ticket_series (series_key) values (md5('new')::uuid)")

        changes = publish_now(builder)

        assert changes["ticket_series"] == (2, 2)
        assert changes["forecast_series"] == (0, 0)

    def test_increment_equals_a_comparison_of_all_rows(self, builder: psycopg.Connection) -> None:
        build_series(builder, 1)
        publish_now(builder)
        build_series(builder, 2, series=SERIES // 2)
        publish_now(builder)
        incremental = published_rows(builder)

        publish_now(builder, compare_all=True)

        assert published_rows(builder) == incremental
        assert len(incremental["ticket_series"]) == SERIES // 2

    def test_a_value_the_table_refuses_leaves_everything_as_it_was(self, builder: psycopg.Connection) -> None:
        build_series(builder, 1)
        publish_now(builder)
        before = published_rows(builder)
        build_series(builder, 2)
        builder.execute(
            "insert into build.forecast_points"
            " select md5('1')::uuid, 'daily', '2026-01-01', -1, 0, 0, 0, 0, 0, 0"
        )

        with pytest.raises(psycopg.errors.CheckViolation):
            publish_now(builder)

        assert published_rows(builder) == before

    def test_without_a_built_window_there_is_nothing_to_publish(self, builder: psycopg.Connection) -> None:
        builder.execute("delete from intermediate.int_run__window")

        with pytest.raises(LookupError, match="build the warehouse first"):
            publish_now(builder)

        assert published_rows(builder) == {table: [] for table in PUBLISHED_TABLES}

    def test_racing_readers_see_one_whole_publication(
        self, builder: psycopg.Connection, database_url: str
    ) -> None:
        build_series(builder, 0)
        publish_now(builder)
        torn: list[object] = []
        done = threading.Event()

        def read() -> None:
            with psycopg.connect(database_url, autocommit=True) as reader:
                while not done.is_set():
                    row = reader.execute(
                        "select count(*), min(series.department)::int = max(forecast.run_id),"
                        " max(series.department)::int = min(forecast.run_id)"
                        " from serving.ticket_series as series"
                        " join serving.forecast_series as forecast using (series_key)"
                    ).fetchone()
                    if row != (SERIES, True, True):
                        torn.append(row)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for generation in range(1, PUBLICATIONS + 1):
            build_series(builder, generation % 10)
            publish_now(builder, compare_all=generation % 2 == 0)
        done.set()
        for reader in readers:
            reader.join()

        assert torn == []

    def test_racing_publishers_take_turns(self, builder: psycopg.Connection, database_url: str) -> None:
        build_series(builder, 1)

        def publish_elsewhere() -> None:
            with psycopg.connect(database_url, autocommit=True) as publisher:
                publish_now(publisher, compare_all=True)

        publishers = [threading.Thread(target=publish_elsewhere) for _ in range(4)]
        for publisher in publishers:
            publisher.start()
        for publisher in publishers:
            publisher.join()

        newest = builder.execute(
            "select count(*), max(publication_id) = (select publication_id from serving.current_publication)"
            " from serving.publications"
        ).fetchone()
        assert newest == (4, True)
        assert len(published_rows(builder)["ticket_series"]) == SERIES


class TestKeptTables:
    """Those that a build makes anew from one day on: the days before are not even compared."""

    @pytest.fixture(autouse=True)
    def published_months(self, builder: psycopg.Connection) -> None:
        for month in ("2026-01-01", "2026-02-01", "2026-03-01"):
            self.add_month(builder, month)
        publish_now(builder)

    def add_month(self, connection: psycopg.Connection, month: str) -> None:
        connection.execute(
            "insert into build.user_days (series_key, month, days, last_seen, users)"
            " values (md5('1')::uuid, %(month)s, array[%(month)s::date], array[%(month)s::date], '{1}')",
            {"month": month},
        )

    def build_from(self, connection: psycopg.Connection, day: str) -> None:
        connection.execute("update build.user_days set users = '{7}'")
        connection.execute("update intermediate.int_changes__first_day set unpublished_from = %s", [day])

    def users(self, connection: psycopg.Connection) -> list[int]:
        rows = connection.execute("select users[1] from serving.user_days order by month").fetchall()
        return [users for (users,) in rows]

    def test_are_compared_from_the_month_of_the_day_on(self, builder: psycopg.Connection) -> None:
        self.build_from(builder, "2026-02-17")

        changes = publish_now(builder)

        assert (changes["user_days"], self.users(builder)) == ((2, 2), [1, 7, 7])

    def test_are_not_compared_again_once_they_are_published(self, builder: psycopg.Connection) -> None:
        builder.execute("update build.user_days set users = '{7}'")

        assert publish_now(builder)["user_days"] == (0, 0)

    def test_are_compared_whole_where_rows_are_missing(self, builder: psycopg.Connection) -> None:
        self.build_from(builder, "2026-03-02")
        builder.execute("delete from serving.user_days where month = '2026-01-01'")

        publish_now(builder)

        assert self.users(builder) == [7, 7, 7]

    def test_are_still_to_be_compared_after_a_refusal(self, builder: psycopg.Connection) -> None:
        self.build_from(builder, "2026-02-17")
        builder.execute("create table kept_window as table intermediate.int_run__window")
        builder.execute("delete from intermediate.int_run__window")
        with pytest.raises(LookupError):
            publish_now(builder)
        builder.execute("insert into intermediate.int_run__window table kept_window")

        publish_now(builder)

        assert self.users(builder) == [1, 7, 7]


class TestUnpublishedEvents:
    @pytest.fixture
    def desk(self, builder: psycopg.Connection) -> psycopg.Connection:
        builder.execute(
            "insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date)"
            " values ('T1', 'Printer', 'New', 'Low', now())"
        )
        return builder

    def record_event(self, connection: psycopg.Connection) -> None:
        connection.execute(
            "insert into ops.ticket_event (ticket_id, kind, occurred_at)"
            " select ticket_id, 'created', now() from ops.ticket_snapshot"
        )

    def rebuild_window(self, connection: psycopg.Connection) -> None:
        connection.execute(
            "update intermediate.int_run__window set watermark = pg_snapshot_xmin(pg_current_snapshot())"
        )

    def rebuild_window_undisturbed(self, connection: psycopg.Connection) -> None:
        # A transaction open in any database of the server holds the oldest running one back; with none
        # open, it is the next one to begin.
        connection.execute(
            "update intermediate.int_run__window set watermark = pg_snapshot_xmax(pg_current_snapshot())"
        )

    @pytest.mark.usefixtures("desk")
    def test_a_ticket_without_an_event_is_no_news(self, database_url: str) -> None:
        assert unpublished_events(Postgres(database_url=database_url)) is None

    def test_an_event_is_news_until_it_is_published(
        self, desk: psycopg.Connection, database_url: str
    ) -> None:
        postgres = Postgres(database_url=database_url)
        self.record_event(desk)
        assert unpublished_events(postgres)

        self.rebuild_window_undisturbed(desk)
        publish_now(desk)

        assert unpublished_events(postgres) is None

    def test_an_event_committed_during_the_run_is_news(
        self, desk: psycopg.Connection, database_url: str
    ) -> None:
        postgres = Postgres(database_url=database_url)
        with psycopg.connect(database_url) as slow_writer:
            self.record_event(slow_writer)
            self.rebuild_window(desk)
        publish_now(desk)

        assert unpublished_events(postgres)

    def test_a_late_commit_of_an_older_event_changes_the_name(
        self, desk: psycopg.Connection, database_url: str
    ) -> None:
        postgres = Postgres(database_url=database_url)
        with psycopg.connect(database_url) as slow_writer:
            self.record_event(slow_writer)
            self.record_event(desk)
            early = unpublished_events(postgres)

        assert unpublished_events(postgres) != early
