"""Alembic environment: the tables of the two services; roles, functions and `serving` are in SQL files."""

import os
from collections.abc import MutableMapping
from typing import Any

from alembic import context
from sqlalchemy import create_engine, pool, text
from sqlalchemy.dialects.postgresql.base import ischema_names

import api.annotations.models
import api.audit.models
import api.identity.models
import api.insights.operational.models
import api.intake.models
import api.kit.delivery
import api.notifications.models
import api.pipeline_watch.models
import api.sla.models
import api.tasks.models
import api.tickets.models
import api.workflows.models  # noqa: F401 - importing a models module registers its tables
from api.kit.db import with_driver
from api.kit.models import Model, TransactionId

SERVICE_SCHEMAS = {"ops", "intake"}


# Reflection meets xid8 in the event tables and has no name for it.
ischema_names["xid8"] = TransactionId


def include_name(name: str | None, kind: str, parents: MutableMapping[Any, str | None]) -> bool:
    if kind == "schema":
        return name in SERVICE_SCHEMAS
    return parents.get("schema_name") in SERVICE_SCHEMAS


def run_migrations() -> None:
    url = context.config.get_alembic_option("sqlalchemy.url") or os.environ["SLUICE_DATABASE_URL"]
    engine = create_engine(with_driver(url, "psycopg"), poolclass=pool.NullPool)
    with engine.begin() as connection:
        # Two migrators at once: the second waits here and then finds nothing to do.
        connection.execute(text("select pg_advisory_xact_lock(hashtext('sluice.migrations'))"))
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            include_schemas=True,
            include_name=include_name,
            compare_server_default=False,
            version_table="alembic_version",
        )
        context.run_migrations()


run_migrations()
