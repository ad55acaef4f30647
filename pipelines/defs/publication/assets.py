from collections.abc import Iterator
from importlib.metadata import version

import dagster as dg
import psycopg

from pipelines.defs.publication.check_results import summarise_checks
from pipelines.defs.publication.publish import publish
from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.interrupts import ending_when_asked
from pipelines.resources.passing_faults import FROM_THE_START
from pipelines.resources.postgres import Postgres

PUBLICATIONS = dg.AssetKey(["serving", "publications"])


class PublicationConfig(dg.Config):
    """How to copy what was built."""

    compare_all: bool = False


def _specs() -> Iterator[dg.AssetSpec]:
    for table in PUBLISHED_TABLES:
        yield dg.AssetSpec(
            ["serving", table],
            deps=[["build", table]],
            description=f"What readers see of build.{table}; changed only by a publication.",
        )
    yield dg.AssetSpec(
        PUBLICATIONS,
        deps=[["marts", "fct_tickets"], ["intermediate", "int_run__window"]],
        description="One row per publication: what was made visible, as of when, and what its checks found.",
    )


@dg.multi_asset(
    name="publication",
    specs=[
        spec.replace_attributes(
            group_name="publication", owners=["team:analytics"], kinds={"postgres", "table"}
        )
        for spec in _specs()
    ],
    # A reader may hold a lock, the disk may be full: both may pass by themselves.
    retry_policy=FROM_THE_START,
)
def publication(
    context: dg.AssetExecutionContext, config: PublicationConfig, postgres: Postgres, build_lock: BuildLock
) -> Iterator[dg.MaterializeResult]:
    """Make what was built and checked visible to readers, all of it in one transaction."""
    build_lock.confirm()
    try:
        with ending_when_asked(), postgres.transaction() as connection:
            published = publish(
                connection,
                run_id=context.run_id,
                code_version=version("sluice"),
                check_results=summarise_checks(context.instance, context.run_id),
                compare_all=config.compare_all,
            )
    except LookupError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    except psycopg.ProgrammingError as error:
        message = (
            f"The published tables are not those that this version builds: run `sluice migrate` ({error})."
        )
        raise dg.Failure(_one_line(message), allow_retries=False) from error
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        message = f"The published tables refused a value, so nothing is published: {error}"
        raise dg.Failure(_one_line(message), allow_retries=False) from error
    for table, change in published.changes.items():
        yield dg.MaterializeResult(
            asset_key=["serving", table],
            metadata={
                "dagster/row_count": change.rows,
                "deleted": change.deleted,
                "inserted": change.inserted,
            },
        )
    yield dg.MaterializeResult(
        asset_key=PUBLICATIONS,
        metadata={
            "publication_id": published.publication_id,
            "data_as_of": dg.MetadataValue.timestamp(published.data_as_of),
        },
    )


def _one_line(message: str) -> str:
    return " ".join(message.split())
