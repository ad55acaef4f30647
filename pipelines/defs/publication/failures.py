"""What is left behind by a run that publishes nothing: readers of service health are told why."""

import dagster as dg
from psycopg.types.json import Jsonb

from pipelines.defs.publication.check_results import describe_failed_checks
from pipelines.resources.postgres import Postgres

RECORD_FAILURE = """
    insert into serving.failed_runs (run_id, job_name, failures) values (%s, %s, %s)
    on conflict (run_id) do nothing
"""
# Long past, they explain nothing any more.
_FORGET = "delete from serving.failed_runs where failed_at < now() - interval '90 days'"


@dg.failure_hook(required_resource_keys={"postgres"})
def record_failure(context: dg.HookContext) -> None:
    """Note why the first step of the run failed: each check that did, else what the step says itself."""
    postgres: Postgres = context.resources.postgres
    found = describe_failed_checks(context.instance, context.run_id)
    with postgres.transaction() as connection:
        connection.execute(
            RECORD_FAILURE, [context.run_id, context.job_name, Jsonb(found or [_sentence(context)])]
        )
        connection.execute(_FORGET)


def _sentence(context: dg.HookContext) -> str:
    error = context.op_exception
    told = error.description if isinstance(error, dg.Failure) and error.description else str(error)
    return " ".join(told.split()) or f"The step {context.step_key} failed without saying why."
