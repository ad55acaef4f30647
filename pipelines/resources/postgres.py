from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg

from pipelines.settings import PipelineSettings

_PIPELINE_ROLE = "sluice_pipeline"


class Postgres(dg.ConfigurableResource["Postgres"]):
    """Connections under the pipeline's own role, whoever the login is, none of which waits for ever."""

    database_url: str

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        options = f"-c role={_PIPELINE_ROLE} {PipelineSettings().patience}"
        with psycopg.connect(self.database_url, options=options) as connection:
            yield connection
