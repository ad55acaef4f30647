"""How the pipeline is: what is published, what waits to be, and how the last runs ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row
from rich.console import Console
from rich.table import Table

# Events of a transaction that was still running when the publication looked may be in it already.
_NOW = """
with published as (
    select publications.*
    from serving.current_publication inner join serving.publications using (publication_id)
)
select
    (select publication_id from published) as publication_id,
    (select data_as_of from published) as data_as_of,
    now() - (select data_as_of from published) as age,
    (select max(trained_at) from serving.forecast_series) as forecasts_trained_at,
    (select count(*) from (
        select tx_id from ops.task_event
        union all
        select tx_id from ops.task_item_event
        union all
        select tx_id from ops.ticket_event
    ) as event where tx_id >= coalesce((select watermark from published), '0')) as waiting_events,
    (
        select jsonb_object_agg(watched, jsonb_build_object('state', state, 'since', since))
        from ops.pipeline_watch
    ) as told,
    (
        select jsonb_agg(to_jsonb(backfills) order by requested_at)
        from serving.backfills
        where built_at is null
    ) as unfinished_backfills
"""
_REBUILD = """
with newest as (
    select *, missing + surplus + changed as differing
    from serving.rebuild_comparisons
    where run_id = (select run_id from serving.rebuild_comparisons order by compared_at desc limit 1)
)
select
    max(compared_at) as compared_at,
    count(*) as tables,
    sum(rows)::bigint as rows,
    coalesce(
        jsonb_agg(to_jsonb(newest) - 'run_id' order by table_name) filter (where differing > 0), '[]'
    ) as differing
from newest
"""
_RUNS = """
select *
from (
    select
        published_at as ended_at, publication_id, run_id, null as job_name,
        (check_results ->> 'passed')::integer as checks_passed,
        coalesce(check_results -> 'failed', '[]') as complaints
    from serving.publications
    union all
    select failed_at, null, run_id, job_name, null, failures from serving.failed_runs
) as run
order by ended_at desc
limit %s
"""


@dataclass(frozen=True, slots=True)
class EndedRun:
    """A run that published, or one that did not; `complaints` are checks that warned, or why it failed."""

    ended_at: datetime
    publication_id: int | None
    run_id: str
    job_name: str | None
    checks_passed: int | None
    complaints: list[str]


def read_pipeline_status(url: str, limit: int) -> dict[str, Any]:
    """What is published now, and the newest runs."""
    with psycopg.connect(url) as connection:
        now = connection.cursor(row_factory=dict_row).execute(_NOW).fetchone() or {}
        rebuild = connection.cursor(row_factory=dict_row).execute(_REBUILD).fetchone()
        runs = connection.cursor(row_factory=class_row(EndedRun)).execute(_RUNS, [limit]).fetchall()
    return {**now, "rebuild": rebuild, "runs": runs}


def show_pipeline_status(status: dict[str, Any]) -> None:
    console = Console()
    if status["publication_id"] is None:
        console.print("Nothing has been published yet: sluice pipeline run publishes.")
    else:
        minutes = round(status["age"].total_seconds() / 60)
        console.print(
            f"Publication {status['publication_id']}, data as of {_told(status['data_as_of'])}, "
            f"{minutes} minutes old; {status['waiting_events']} events wait to be published."
        )
    if status["forecasts_trained_at"] is not None:
        console.print(f"Forecasts were made on {_told(status['forecasts_trained_at'])}.")
    states = ", ".join(f"{watched} {told['state']}" for watched, told in (status["told"] or {}).items())
    console.print(f"As the worker saw it last: {states}.", highlight=False)
    _show_rebuild(console, status["rebuild"])
    for backfill in status["unfinished_backfills"] or []:
        first, last, until = (backfill[name] for name in ("first_day", "last_day", "built_until"))
        console.print(
            f"The backfill from {first} to {last} has come to {until or 'no day'}: "
            f"sluice pipeline backfill --from {first} --to {last} goes on.",
            highlight=False,
        )
    if status["runs"]:
        table = Table(title="Runs that ended, the newest first", title_justify="left")
        for column in ("ended", "run", "outcome", "said"):
            table.add_column(column, overflow="fold")
        for run in status["runs"]:
            failed = f"failed ({run.job_name})"
            outcome = failed if run.publication_id is None else f"publication {run.publication_id}"
            table.add_row(_told(run.ended_at), run.run_id[:8], outcome, "; ".join(run.complaints))
        console.print(table)


def _show_rebuild(console: Console, rebuild: dict[str, Any]) -> None:
    if rebuild["compared_at"] is None:
        return
    counted = f"{rebuild['tables']} tables, {rebuild['rows']} rows"
    told = f"Rebuilt and compared on {_told(rebuild['compared_at'])}: {counted}"
    if not rebuild["differing"]:
        console.print(f"{told}, none of which differed.", highlight=False)
        return
    console.print(f"{told}. What increments had published differed, and was replaced:", highlight=False)
    for each in rebuild["differing"]:
        console.print(
            f"  {each['table_name']}: {each['changed']} rows changed, {each['missing']} missing, "
            f"{each['surplus']} surplus; for instance {json.dumps(each['examples'][0])}",
            highlight=False,
            markup=False,
        )


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
