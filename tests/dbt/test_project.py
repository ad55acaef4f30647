from typing import Any

import psycopg
import pytest

from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.resources.dbt import Dbt, project_manifest
from pipelines.runner import run_pipeline
from pipelines.settings import PipelineSettings

HOURS_BESIDE_DAYS = """
    with hours as (
        select
            series.series_key, series.department, hour.predicted, hour.number,
            told.starts_on + ((hour.number - 1) / 24)::integer as ds
        from serving.forecast_hours as told
        inner join serving.forecast_series as series using (series_key)
        cross join unnest(told.predicted) with ordinality as hour (predicted, number)
    ),
    days as (
        select series_key, ds, sum(predicted::double precision) - min(expected) as strayed
        from (select series_key, ds, predicted from hours) as hours
        inner join (
            select series_key, ds, predicted as expected from serving.forecast_points
            where granularity = 'daily'
        ) as point using (series_key, ds)
        group by series_key, ds
    ),
    departments as (
        select number, sum(predicted::double precision) as predicted
        from hours where department is not null
        group by number
    )
    select
        (select count(distinct series_key) from days),
        (select count(distinct ds) from days),
        (select max(abs(strayed)) from days),
        (
            select max(abs(departments.predicted - hours.predicted))
            from hours inner join departments using (number)
            where hours.series_key = serving.series_key(null, null, null, null, null)
        )
"""


@pytest.fixture(scope="module", autouse=True)
def trained_publication(desk_url: str) -> None:  # noqa: ARG001 - the desk to build from
    outcome = run_pipeline()
    assert outcome.failures == []


@pytest.fixture
def models() -> list[Any]:
    return [node for node in project_manifest().nodes.values() if node.resource_type == "model"]


class TestModels:
    def test_unit_tests_hold(self) -> None:
        result = Dbt(PipelineSettings()).invoke(["test", "--select", "test_type:unit"], project_manifest())

        results = result.result.results
        assert {each.node.name: each.status for each in results if each.status != "pass"} == {}
        assert len(results) >= 3

    def test_every_model_and_column_is_described(self, models: list[Any]) -> None:
        for model in models:
            assert model.description.startswith("One row per "), model.name
            assert model.columns, model.name
            assert all(column.description for column in model.columns.values()), model.name

    def test_described_columns_are_those_built(
        self, models: list[Any], connection: psycopg.Connection
    ) -> None:
        for model in models:
            built = _typed_columns(connection, f"{model.schema}.{model.name}")
            assert set(model.columns) == {name for name, _ in built}, model.name

    def test_only_staging_reads_sources(self, models: list[Any]) -> None:
        for model in models:
            sources = [name for name in model.depends_on.nodes if name.startswith("source.")]
            assert model.schema == "staging" or not sources, model.name

    def test_marts_and_published_tables_have_contracts_and_keys(self, models: list[Any]) -> None:
        for model in models:
            if model.schema in {"marts", "build"}:
                assert model.config.contract.enforced, model.name
                assert any(rule.type == "primary_key" for rule in model.constraints), model.name


class TestBuildingAgain:
    RELATIONS = ("staging.stg_ops__tasks", "build.item_rows")

    def test_what_is_made_the_same_way_stays(self, connection: psycopg.Connection) -> None:
        rows = connection.execute("select count(*) from build.item_rows").fetchone()
        before = self.made(connection)

        self.build()

        assert self.made(connection) == before
        assert connection.execute("select count(*) from build.item_rows").fetchone() == rows

    @pytest.mark.parametrize("relation", RELATIONS)
    def test_a_changed_definition_makes_it_anew(self, connection: psycopg.Connection, relation: str) -> None:
        before = self.made(connection)
        connection.execute(f"comment on type {relation} is 'as it was defined last year'")

        self.build()

        assert self.made(connection)[relation] != before[relation]

    def test_a_full_refresh_makes_all_anew(self, connection: psycopg.Connection) -> None:
        before = self.made(connection)

        self.build("--full-refresh")

        assert not set(self.made(connection).values()) & set(before.values())

    def test_analysts_read_a_mart_that_was_made_anew(self, connection: psycopg.Connection) -> None:
        before = connection.execute("select 'marts.dim_steps'::regclass::oid").fetchone()

        assert Dbt(PipelineSettings()).invoke(["run", "--select", "dim_steps"], project_manifest()).success

        assert connection.execute("select 'marts.dim_steps'::regclass::oid").fetchone() != before
        with connection.transaction(force_rollback=True):
            connection.execute("set local role sluice_analyst")
            assert connection.execute("select count(*) from marts.dim_steps").fetchone() != (0,)

    def build(self, *options: str) -> None:
        names = [name.split(".")[1] for name in self.RELATIONS]
        result = Dbt(PipelineSettings()).invoke(["run", *options, "--select", *names], project_manifest())
        assert result.success

    def made(self, connection: psycopg.Connection) -> dict[str, object]:
        """Tell each relation from others that had its name before."""
        row = connection.execute(
            "select " + ", ".join(f"'{name}'::regclass::oid" for name in self.RELATIONS)
        ).fetchone()
        return dict(zip(self.RELATIONS, row or (), strict=True))


class TestPublishedTables:
    @pytest.mark.parametrize("table", PUBLISHED_TABLES)
    def test_columns_are_those_of_the_build(self, table: str, connection: psycopg.Connection) -> None:
        # Which publication a row came with is no build's to say.
        assert sorted([*_typed_columns(connection, f"build.{table}"), ("known_from", "bigint")]) == sorted(
            _typed_columns(connection, f"serving.{table}")
        )

    def test_every_series_has_its_forecast_published_whole(self, connection: psycopg.Connection) -> None:
        row = connection.execute(
            """
            select
                (select count(*) from serving.forecast_series) > 5,
                (select count(distinct series_key) from serving.forecast_points)
                = (select count(*) from serving.forecast_series),
                (select count(*) from serving.forecast_series where series_key = serving.series_key(
                    null, null, null, null, null
                ))
            """
        ).fetchone()
        assert row == (True, True, 1)

    def test_hours_add_up_by_day_and_by_dimension(self, connection: psycopg.Connection) -> None:
        row = connection.execute(HOURS_BESIDE_DAYS).fetchone()
        assert row is not None
        series, days, strayed_by_day, strayed_by_dimension = row
        assert (series > 5, days) == (True, 21)
        # They are kept as single precision.
        assert max(strayed_by_day, strayed_by_dimension) < 1e-4

    def test_the_newest_day_is_held_to_its_forecast(self, connection: psycopg.Connection) -> None:
        row = connection.execute(
            """
            select
                (select array_agg(distinct run_id) from ml.forecast_backtest),
                (select method from serving.daily_volumes order by day desc limit 1),
                (select count(*) > 0 from serving.daily_volumes where method = 'weekday_median')
            """
        ).fetchone()
        assert row == ([1], "forecast", True)


def test_asset_descriptions_reach_the_database(connection: psycopg.Connection) -> None:
    row = connection.execute("select obj_description('marts.fct_tickets'::regclass)").fetchone()
    assert row is not None
    assert row[0].startswith("One row per task")


def _typed_columns(connection: psycopg.Connection, relation: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select attname, format_type(atttypid, null) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
        [relation],
    ).fetchall()
