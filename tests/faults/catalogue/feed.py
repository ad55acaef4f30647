"""Rows that come too many, too few, too late, in other words, or not whole."""

from tests.faults.catalogue.fault import MENDED, Fault, Finder, Group, Sees

RECENT = "submit_date > now() - interval '7 days'"
YESTERDAY = """
    submit_date >= date_trunc('day', now(), 'UTC') - interval '1 day'
    and submit_date < date_trunc('day', now(), 'UTC')
"""


def warned(name: str, column: str, breaks: str, together: str, mends: str = MENDED) -> Fault:
    """What a desk can really be like, and is told of."""
    return Fault(
        name,
        Group.DATA,
        Finder.WARNING,
        f"operational_feed: .*{column}",
        Sees.MARKED,
        breaks,
        mends=mends,
        together=together,
    )


def stopped(name: str, says: str, breaks: str, *, mends: str = MENDED, is_quick: bool = False) -> Fault:
    """What makes the whole doubtful, so that nothing is published."""
    return Fault(
        name,
        Group.DATA,
        Finder.CHECK,
        says,
        Sees.LAST_GOOD,
        breaks,
        mends=mends,
        is_quick=is_quick,
    )


WARNED = (
    warned(
        "tickets lose their department",
        "without_department_rise",
        f"update ops.ticket_snapshot set department = null where {RECENT} and ticket_id % 3 > 0",
        "lost words",
    ),
    warned(
        "tickets lose who asked",
        "without_requester_rise",
        f"update ops.ticket_snapshot set requester = '{{}}' where {RECENT}",
        "lost words",
    ),
    warned(
        "new roles do the work",
        "new_role_share",
        """
        insert into ops.role (name) values ('Strangers');
        insert into ops.role_user (role_id, user_id, user_full_name)
        select role_id, 99, 'Stranger' from ops.role where name = 'Strangers';
        update ops.task_item set role_user_id = (select max(role_user_id) from ops.role_user)
        where assigned_on > now() - interval '7 days'
        """,
        "lost words",
        "delete from ops.role_user where user_id = 99; delete from ops.role where name = 'Strangers'",
    ),
    warned(
        "work is written down days later",
        "late_share",
        "update ops.task_event set recorded_at = occurred_at + interval '2 days' where task_id % 3 = 0",
        "lost words",
    ),
    warned(
        "tickets lose their category",
        "without_category_rise",
        f"update ops.ticket_snapshot set category = null where {RECENT} and ticket_id % 3 > 0",
        "new words",
    ),
    warned(
        "departments are called otherwise",
        "new_department_share",
        f"update ops.ticket_snapshot set department = department || ' GmbH' where {RECENT}",
        "new words",
    ),
    warned(
        "holds and starts come twice",
        "twin_event_share",
        """
        insert into ops.task_event (task_id, kind, to_status, occurred_at)
        select task_id, 'assigned', 'pending', created_at from ops.task
        cross join generate_series(1, 2) where task_id % 9 = 0
        """,
        "new words",
    ),
    warned(
        "nothing comes in any more",
        "last_day_share",
        f"update ops.ticket_snapshot set submit_date = submit_date - interval '1 day' where {YESTERDAY}",
        "volume stops",
    ),
    warned(
        "ten times as much comes in",
        "last_day_share",
        f"""
        insert into ops.ticket_snapshot (
            ticket_number, subject, status, priority, requester, department, category, submit_date, created_at
        )
        select ticket_number || '-' || n, subject, 'New', priority, requester, department, category,
            submit_date, created_at
        from ops.ticket_snapshot cross join generate_series(1, 9) as n where {YESTERDAY}
        """,
        "volume floods",
    ),
)

STOPPED = (
    stopped(
        "half of an import is missing",
        "least_loaded_share",
        """
        insert into ops.import_batch (source_service, files, mapping, counts, recorded_at)
        select 'old', '[]', '{}', jsonb_build_object('task_events', 2 * count(*)), recorded_at
        from ops.task_event group by recorded_at order by count(*) desc limit 1
        """,
        mends="delete from ops.import_batch",
    ),
    stopped(
        "a day's events are read in the wrong time zone",
        "whole_hours_share",
        """
        insert into ops.task_event (task_id, kind, occurred_at)
        select task_id, 'started', now() - interval '2 hours' - make_interval(secs => task_id % 50)
        from ops.task where created_at < now() - interval '5 hours' and deleted_at is null limit 400;
        update ops.task_event set recorded_at = now() - interval '3 days' where kind <> 'started'
        """,
    ),
    stopped(
        "deadlines lie before the clock begins",
        "target_resolution and sla_started_at",
        "update ops.task set sla_started_at = sla_started_at + interval '9 years'",
        is_quick=True,
    ),
    stopped(
        "the clock of some tasks never began",
        "sla_started_at",
        """
        alter table ops.task alter sla_started_at drop not null;
        update ops.task set sla_started_at = null where task_id % 9 = 0
        """,
    ),
    stopped(
        "subjects are lost on the way",
        "subject",
        """
        alter table ops.ticket_snapshot alter subject drop not null, alter search drop not null;
        update ops.ticket_snapshot set subject = null where ticket_id % 7 = 0
        """,
    ),
    stopped(
        "one task in ten ends before it begins",
        "beyond_accident",
        """
        alter table ops.task drop constraint if exists ck_task_resolved_after_created;
        update ops.task set resolution_time = created_at - interval '1 hour'
        where status = 'completed' and task_id % 8 = 0
        """,
    ),
    stopped(
        "statuses are written in another language",
        "beyond_accident",
        """
        alter table ops.task drop constraint if exists ck_task_status_known;
        alter table ops.task drop constraint if exists ck_task_resolved_when_completed;
        update ops.task set status = 'Erledigt' where status = 'completed'
        """,
    ),
    stopped(
        "two tickets in three are gone",
        "kept_share",
        "update ops.task set deleted_at = now() where task_id % 3 > 0",
    ),
    stopped(
        "all departments are gone",
        "without_department_rise",
        "update ops.ticket_snapshot set department = null",
    ),
    stopped(
        "no ticket has an SLA any more",
        "without_sla_rise",
        """
        update ops.task set sla_source = 'none', recorded_sla_met = null, target_resolution = null,
            at_risk_at = null, critical_at = null
        """,
    ),
)
