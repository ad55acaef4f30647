"""Whoever opens an asset is told how much it holds, of which time, and what the run made it of."""

from typing import Any

import dagster as dg
import psycopg
import pytest

_INCREMENTS = {"ticket_cube", "user_days", "work_cube", "duration_histogram"}

Told = dict[str, dict[str, Any]]


def execute(definitions: dg.Definitions, job: str) -> tuple[Told, Told]:
    """Metadata of each materialization and of each observation of a run that went well."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(job).execute_in_process(instance=instance)
    made = [
        event.step_materialization_data.materialization for event in result.get_asset_materialization_events()
    ]
    seen = [event.asset_observation_data.asset_observation for event in result.get_asset_observation_events()]
    return told_by(made), told_by(seen)


def told_by(events: list[Any]) -> Told:
    return {
        event.asset_key.to_user_string(): {name: value.value for name, value in event.metadata.items()}
        for event in events
    }


@pytest.fixture(scope="module")
def definitions(desk_url: str) -> dg.Definitions:  # noqa: ARG001 - the desk to publish
    from pipelines.definitions import defs  # noqa: PLC0415 - as in conftest

    return defs


@pytest.fixture(scope="module")
def trained(definitions: dg.Definitions) -> tuple[Told, Told]:
    return execute(definitions, "train_and_publish")


@pytest.fixture
def made(trained: tuple[Told, Told]) -> Told:
    return trained[0]


def one(connection: psycopg.Connection, statement: str) -> Any:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


class TestMaterializations:
    def test_every_table_says_how_many_rows_it_has(self, made: Told, connection: psycopg.Connection) -> None:
        relations = connection.execute(
            "select nspname || '/' || relname, relkind from pg_class"
            " join pg_namespace on pg_namespace.oid = relnamespace"
        )
        kinds = {name: kind for name, kind in relations if name in made}
        assert kinds.keys() == made.keys()
        for name, kind in kinds.items():
            if kind == "v":
                assert not made[name].keys() & {"dagster/row_count", "rows_estimated"}, name
                continue
            rows = one(connection, f"select count(*) from {name.replace('/', '.')}")
            if "rows_estimated" in made[name]:
                # Those whose rows no step counts, once they are large.
                assert name.startswith("ml/") or name.removeprefix("build/") in _INCREMENTS
                assert made[name]["rows_estimated"] == pytest.approx(rows, rel=0.3), name
            else:
                assert made[name]["dagster/row_count"] == rows, name

    def test_every_asset_says_what_it_was_made_of_and_in_which_time(
        self, made: Told, connection: psycopg.Connection
    ) -> None:
        as_of = one(connection, "select as_of from intermediate.int_run__window")
        for name, told in made.items():
            assert told["data_as_of"] == pytest.approx(as_of.timestamp()), name
            assert int(told["watermark"]) > 0
            assert told["first_changed_day"] == "all days"
            assert told.keys() & {"seconds", "publication_id"}, name

    def test_windows_are_those_of_the_rows(self, made: Told, connection: psycopg.Connection) -> None:
        for name, column in (("marts/fct_tickets", "created_at"), ("serving/ticket_rows", "created_at")):
            told = made[name]
            assert told["window_column"] == column
            for end in ("min", "max"):
                found = one(connection, f"select {end}({column}) from {name.replace('/', '.')}")
                said = told["window_first" if end == "min" else "window_last"]
                assert type(found).fromisoformat(said) == found

    def test_operational_tables_are_seen_with_their_columns(
        self, trained: tuple[Told, Told], connection: psycopg.Connection
    ) -> None:
        task = trained[1]["ops/task"]
        assert task["dagster/row_count"] == one(connection, "select count(*) from ops.task")
        assert "task_id" in {column.name for column in task["dagster/column_schema"].columns}
        assert task["window_column"] == "sla_started_at"

    def test_models_say_how_right_they_are_and_what_is_served(
        self, made: Told, connection: psycopg.Connection
    ) -> None:
        series, trainings = made["ml/forecast_series"], made["ml/model_run"]
        assert series["tickets_champion"] == one(
            connection,
            "select champion from ml.forecast_series where run_id = 1"
            " and num_nonnulls(department, category, sub_category, workflow_id, priority) = 0",
        )
        assert sum(series["champions"].values()) + 1 == series["rows_added"]
        assert {"tickets_wape", "tickets_coverage_80", "resolution_champion"} <= series.keys()
        assert trainings["sla_risk_run"] == one(
            connection, "select max(model_run_id) from ml.model_run where kind = 'sla_risk'"
        )
        assert "sla_risk_served_run" in trainings
        assert trainings["resolution_time_tickets"] == one(
            connection, "select tickets from ml.model_run where kind = 'resolution_time'"
        )

    def test_an_increment_says_what_it_wrote_beside_what_there_is(
        self, trained: tuple[Told, Told], definitions: dg.Definitions, connection: psycopg.Connection
    ) -> None:
        made, _ = execute(definitions, "publish")
        day = one(connection, "select first_day::text from intermediate.int_changes__first_day")
        for name in _INCREMENTS:
            told = made[f"build/{name}"]
            assert told["first_changed_day"] == day
            assert told["rows_written"] < trained[0][f"build/{name}"]["rows_written"]
