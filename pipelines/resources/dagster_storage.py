from typing import Any

from dagster_postgres import DagsterPostgresStorage
from sqlalchemy import make_url

_SESSION_OPTIONS = "-csearch_path=dagster -crole=sluice_pipeline"


class SchemaStorage(DagsterPostgresStorage):
    """Dagster's storage in the schema `dagster`, owned by the pipeline's role."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> DagsterPostgresStorage:
        # SQLAlchemy 2.1 would take psycopg 3, whose NOTIFY with a parameter PostgreSQL refuses.
        url = make_url(config_value["postgres_url"]).set(drivername="postgresql+psycopg2")
        url = url.update_query_dict({"options": _SESSION_OPTIONS})
        return super().from_config_value(
            inst_data, {**config_value, "postgres_url": url.render_as_string(hide_password=False)}
        )
