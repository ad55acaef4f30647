from functools import cache
from typing import Any

from dagster_postgres import DagsterPostgresStorage, PostgresEventLogStorage
from sqlalchemy import Connection, make_url

# Whoever waits for a run's events to reach the disk waits for hundreds of them. Losing the last of them in
# a crash of the server loses no publication: that is a transaction of its own.
_SESSION_OPTIONS = "-csearch_path=dagster -crole=sluice_pipeline -csynchronous_commit=off"
# Longer than a run takes from one event to the next, shorter than a server takes to restart.
_CONNECTION_SECONDS = 5


class SchemaStorage(DagsterPostgresStorage):
    """Dagster's storage in the schema `dagster`, owned by the pipeline's role."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> DagsterPostgresStorage:
        # SQLAlchemy 2.1 would take psycopg 3, whose NOTIFY with a parameter PostgreSQL refuses.
        url = make_url(config_value["postgres_url"]).set(drivername="postgresql+psycopg2")
        url = url.update_query_dict({"options": _SESSION_OPTIONS})
        storage = super().from_config_value(
            inst_data, {**config_value, "postgres_url": url.render_as_string(hide_password=False)}
        )
        # A connection per statement, which is what Dagster does, costs a run more than its statements.
        for part in (storage.event_log_storage, storage.run_storage):
            part.optimize_for_webserver(0, pool_recycle=_CONNECTION_SECONDS, max_overflow=-1)
        _ask_the_catalogue_once(storage.event_log_storage)
        return storage


def _ask_the_catalogue_once(events: PostgresEventLogStorage) -> None:
    """Dagster looks up with each event which tables and columns it has; all are made before the first."""
    look_up = events._has_asset_key_col_on_connection  # noqa: SLF001 - there is no other way in
    known: dict[str, bool] = {}

    def has_column(connection: Connection, name: str) -> bool:
        if name not in known:
            known[name] = look_up(connection, name)
        return known[name]

    events._has_asset_key_col_on_connection = has_column  # noqa: SLF001
    events.has_table = cache(events.has_table)
