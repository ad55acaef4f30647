from collections.abc import Iterator

import psycopg
import pytest

from pipelines.defs.publication.tables import PUBLISHED_TABLES


@pytest.fixture
def builder(database_url: str) -> Iterator[psycopg.Connection]:
    """Connection to a database with empty build tables, shaped as dbt would shape them."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for table in PUBLISHED_TABLES:
            connection.execute(f"create table build.{table} (like serving.{table})")
            connection.execute(f"alter table build.{table} drop column known_from")
        connection.execute(
            "create table intermediate.int_run__window as"
            " select now() as as_of, pg_snapshot_xmin(pg_current_snapshot()) as watermark"
        )
        connection.execute(
            "create table intermediate.int_changes__first_day as select date '-infinity' as unpublished_from"
        )
        yield connection
