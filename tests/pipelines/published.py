"""What readers see, read back as plain values that can be compared."""

import psycopg

from pipelines.defs.publication.tables import PUBLISHED_TABLES

# What the clock of a ticket without a policy says runs on from one publication to the next.
MOVING = {
    "ticket_risks": ["hours_remaining", "elapsed_ratio"],
    "open_tickets": ["net_age_seconds"],
}


def published_rows(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Every published row as text, but for the publication it came with, without an order."""
    return {
        table: sorted(
            row
            for (row,) in connection.execute(
                f"select (to_jsonb(t) - %s::text[])::text from serving.{table} t",
                [["known_from", *MOVING.get(table, [])]],
            )
        )
        for table in PUBLISHED_TABLES
    }


def publication_count(connection: psycopg.Connection) -> int:
    row = connection.execute("select count(*) from serving.publications").fetchone()
    assert row is not None
    return int(row[0])


def add_ticket(connection: psycopg.Connection, number: str) -> None:
    """Copy one routed, finished ticket under another number, with its events."""
    connection.execute(
        """
        with ticket as (
            insert into ops.ticket_snapshot (
                ticket_number, subject, status, priority, category, sub_category, department, submit_date,
                created_at, is_task_allocated
            )
            select %(number)s, subject, status, priority, category, sub_category, department, submit_date,
                created_at, true
            from ops.ticket_snapshot
            where ticket_id = (
                select ticket_id from ops.task where status = 'completed' order by task_id limit 1
            )
            returning ticket_id
        ),

        task as (
            insert into ops.task (
                ticket_id, workflow_id, workflow_version_id, current_step_id, status, priority_at_start,
                sla_started_at, resolution_time, created_at
            )
            select ticket.ticket_id, workflow_id, workflow_version_id, current_step_id, 'completed', 'Low',
                sla_started_at, resolution_time, created_at
            from ticket
            cross join (select * from ops.task where status = 'completed' order by task_id limit 1) as model
            returning task_id, created_at, resolution_time
        )

        insert into ops.task_event (task_id, kind, from_status, to_status, occurred_at)
        select task_id, 'created', null, 'pending', created_at from task
        union all
        select task_id, 'completed', 'pending', 'completed', coalesce(resolution_time, created_at) from task
        """,
        {"number": number},
    )
