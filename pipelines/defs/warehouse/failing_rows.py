"""Some of the rows that a data test found, so that whoever is called need not look for them."""

from typing import Any

import psycopg
from psycopg import sql

from pipelines.settings import PipelineSettings

_EXAMPLES = 3
_PATIENCE = "10s"


def read_failing_rows(query: str | None) -> list[Any]:
    """At most three rows that the test's query gives now; none where it cannot say quickly."""
    if not query:
        return []
    limited = sql.SQL("select to_jsonb(failing) from ({}) as failing limit {}").format(
        sql.SQL(query.strip().rstrip(";")),  # type: ignore[arg-type] # compiled by dbt from our own tests
        _EXAMPLES,
    )
    try:
        with psycopg.connect(
            PipelineSettings().database_url,
            options=f"-c role=sluice_pipeline -c statement_timeout={_PATIENCE}",
        ) as connection:
            return [row for (row,) in connection.execute(limited)]
    except psycopg.Error:
        return []
