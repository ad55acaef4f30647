"""Rows that cannot be right: each is left out of every number, counted, and listed with its reason.

The database would refuse most of them, so the constraint is taken away first: a restored dump and a repair by
hand come in that way.
"""

from tests.faults.catalogue.fault import MENDED, Fault, Finder, Group, Sees


def task(number: str) -> str:
    """The task of a ticket, as an expression."""
    return (
        "(select task_id from ops.task inner join ops.ticket_snapshot using (ticket_id)"
        f" where ticket_number = '{number}' order by ticket_id limit 1)"
    )


def without(number: str) -> str:
    """Leave out the task of a ticket as one that was deleted: its ticket is not one that waits for a task."""
    return f"update ops.task set deleted_at = created_at where task_id = {task(number)}"


def gone(number: str) -> str:
    """Leave out the task of a ticket as if there had never been one."""
    return f"""
        delete from ops.task_event where task_id = {task(number)};
        delete from ops.task_item where task_id = {task(number)};
        delete from ops.task where task_id = {task(number)}
    """


def set_aside(name: str, reason: str, breaks: str, truth: str, *, is_quick: bool = True) -> Fault:
    """A row that is set aside for the reason; `truth` leaves of the sound desk what may be counted."""
    return Fault(
        name,
        Group.DATA,
        Finder.QUARANTINE,
        reason,
        Sees.WITHOUT,
        breaks,
        truth=truth,
        mends=MENDED,
        is_quick=is_quick,
        together="set aside",
    )


SET_ASIDE = (
    set_aside(
        "a ticket is there twice",
        "ticket T101: duplicate",
        """
        alter table ops.ticket_snapshot drop constraint if exists uq_ticket_snapshot_ticket_number;
        insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date, created_at)
        select 'T101', 'DOUBLE', status, priority, submit_date, created_at
        from ops.ticket_snapshot where ticket_number = 'T101'
        """,
        "select",
    ),
    set_aside(
        "an event is there twice",
        "task_event T102: duplicate",
        f"""
        insert into ops.task_event (task_id, kind, to_status, occurred_at)
        select task_id, kind, to_status, occurred_at from ops.task_event where task_id = {task("T102")}
        """,
        "select",
    ),
    set_aside(
        "a task ends before it begins",
        "task T103: ends_before_it_begins",
        f"""
        alter table ops.task drop constraint if exists ck_task_resolved_after_created;
        update ops.task set resolution_time = created_at - interval '1 hour' where task_id = {task("T103")}
        """,
        without("T103"),
    ),
    set_aside(
        "a task was on hold for less than nothing",
        "task T104: ends_before_it_begins",
        f"""
        alter table ops.task drop constraint if exists ck_task_hold_not_negative;
        update ops.task set hold_seconds = -3600 where task_id = {task("T104")}
        """,
        without("T104"),
    ),
    set_aside(
        "a task has lost the instant of its resolution",
        "task T106: contradictory_state",
        f"""
        alter table ops.task drop constraint if exists ck_task_resolved_when_completed;
        update ops.task set resolution_time = null where task_id = {task("T106")}
        """,
        without("T106"),
    ),
    set_aside(
        "a task is on hold and has no hold",
        "task T110: contradictory_state",
        f"""
        alter table ops.task drop constraint if exists ck_task_held_when_on_hold;
        update ops.task set status = 'on_hold', hold_started_at = null where task_id = {task("T110")}
        """,
        without("T110"),
    ),
    set_aside(
        "a status is in no vocabulary",
        "task T107: unknown_value",
        f"""
        alter table ops.task drop constraint if exists ck_task_status_known;
        alter table ops.task drop constraint if exists ck_task_resolved_when_completed;
        update ops.task set status = 'Erledigt' where task_id = {task("T107")}
        """,
        without("T107"),
    ),
    set_aside(
        "an event is of no known kind",
        "task_event T108: unknown_value",
        f"""
        alter table ops.task_event drop constraint if exists ck_task_event_kind_known;
        insert into ops.task_event (task_id, kind, occurred_at)
        select task_id, 'exploded', created_at from ops.task where task_id = {task("T108")}
        """,
        "select",
    ),
    set_aside(
        "a ticket was created in the future: its clock runs a day ahead",
        "task T109: in_the_future",
        f"""
        alter table ops.task drop constraint if exists ck_task_resolved_after_created;
        update ops.task set created_at = now() + interval '1 day', resolution_time = now() + interval '2 days'
        where task_id = {task("T109")}
        """,
        without("T109"),
    ),
    set_aside(
        "an event happened after it was recorded",
        "task_event T111: in_the_future",
        f"""
        insert into ops.task_event (task_id, kind, occurred_at)
        values ({task("T111")}, 'reopened', now() + interval '3 hours')
        """,
        "select",
    ),
    set_aside(
        "an event happened before its ticket",
        "task_event T112: before_its_ticket",
        f"""
        insert into ops.task_event (task_id, kind, occurred_at)
        select task_id, 'reopened', created_at - interval '2 days' from ops.task
        where task_id = {task("T112")}
        """,
        "select",
    ),
    set_aside(
        "a person handed on what was not theirs yet",
        "task_item T113: ends_before_it_begins",
        f"""
        alter table ops.task_item drop constraint if exists ck_task_item_closed_after_assigned;
        update ops.task_item set closed_at = assigned_on - interval '1 hour'
        where task_id = {task("T113")}
        """,
        f"delete from ops.task_item where task_id = {task('T113')}",
    ),
    set_aside(
        "a task's ticket is gone",
        "task [^:]*: orphan",
        "delete from ops.ticket_snapshot where ticket_number = 'T114'",
        f"{gone('T114')}; delete from ops.ticket_snapshot where ticket_number = 'T114'",
    ),
    set_aside(
        "events and items of a task that is gone",
        "task_event [^:]*: orphan",
        f"delete from ops.task where task_id = {task('T116')}",
        gone("T116"),
    ),
    set_aside(
        "an item's person is gone",
        "task_item T117: orphan",
        f"update ops.task_item set role_user_id = 999999 where task_id = {task('T117')}",
        f"delete from ops.task_item where task_id = {task('T117')}",
    ),
)
