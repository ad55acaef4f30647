from collections.abc import Iterator
from importlib.metadata import version
from time import perf_counter

import dagster as dg
import psycopg

from pipelines.defs.publication.check_results import summarise_checks
from pipelines.defs.publication.publish import Publication, publish
from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.defs.warehouse import assets as warehouse
from pipelines.metadata.facts import look_at
from pipelines.resources.build_lock import BuildLock
from pipelines.resources.interrupts import ending_when_asked
from pipelines.resources.passing_faults import FROM_THE_START
from pipelines.resources.postgres import Postgres

PUBLICATIONS = dg.AssetKey(["serving", "publications"])


class PublicationConfig(dg.Config):
    """How to copy what was built."""

    compare_all: bool = False


def _specs() -> Iterator[dg.AssetSpec]:
    made = (warehouse.warehouse, warehouse.predictions)
    built = {spec.key: spec for assets in made for spec in assets.specs}
    for table in PUBLISHED_TABLES:
        key = dg.AssetKey(["build", table])
        yield dg.AssetSpec(
            ["serving", table],
            deps=[key],
            description=f"What readers see of build.{table}; changed only by a publication.",
            metadata=_columns(built[key]),
        )
    yield dg.AssetSpec(
        PUBLICATIONS,
        deps=[["marts", "fct_tickets"], ["intermediate", "int_run__window"]],
        description="One row per publication: what was made visible, as of when, and what its checks found.",
    )


def _columns(built: dg.AssetSpec) -> dict[str, dg.TableSchema | dg.TableColumnLineage]:
    """A published table has the columns of its build, which a test holds, and each comes from its like."""
    schema: dg.TableSchema = built.metadata["dagster/column_schema"]
    return {
        "dagster/column_schema": schema,
        "dagster/column_lineage": dg.TableColumnLineage(
            {each.name: [dg.TableColumnDep(built.key, each.name)] for each in schema.columns}
        ),
    }


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
    began = perf_counter()
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
    yield from _materializations(postgres, published, seconds=round(perf_counter() - began, 3))


def _materializations(
    postgres: Postgres, published: Publication, *, seconds: float
) -> Iterator[dg.MaterializeResult]:
    keys = {dg.AssetKey(["serving", table]): change for table, change in published.changes.items()}
    facts = look_at(postgres, [*keys, PUBLICATIONS], columns_of=[PUBLICATIONS])
    publication_id = {"publication_id": published.publication_id}
    for key, change in keys.items():
        told = {"deleted": change.deleted, "inserted": change.inserted, **publication_id}
        yield dg.MaterializeResult(asset_key=key, metadata={**facts.describe(key, change.rows), **told})
    yield dg.MaterializeResult(
        asset_key=PUBLICATIONS,
        metadata={
            **facts.describe(PUBLICATIONS),
            **publication_id,
            "data_as_of": dg.MetadataValue.timestamp(published.data_as_of),
            "seconds": seconds,
        },
    )


def _one_line(message: str) -> str:
    return " ".join(message.split())
