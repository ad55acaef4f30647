"""What can be wrong with a desk, as statements: each is found by one gate, on the column that it names."""

from typing import NamedTuple


class Fault(NamedTuple):
    gate: str
    column: str
    blocks: bool
    statement: str


FAULTS = {
    "the newest tasks have no instant at which their clock began": Fault(
        "operational_rows",
        "sla_started_at",
        True,
        """
        alter table ops.task alter sla_started_at drop not null;
        update ops.task set sla_started_at = null where task_id % 9 = 0
        """,
    ),
    "deadlines lie before the clock": Fault(
        "operational_rows",
        "target_resolution and sla_started_at",
        True,
        "update ops.task set sla_started_at = sla_started_at + interval '9 years'",
    ),
    "half of an import is missing": Fault(
        "operational_feed",
        "least_loaded_share",
        True,
        """
        insert into ops.import_batch (source_service, files, mapping, counts, recorded_at)
        select 'old', '[]', '{}', jsonb_build_object('task_events', 2 * count(*)), recorded_at
        from ops.task_event group by recorded_at
        """,
    ),
    "a day's events are off by two hours": Fault(
        "operational_feed",
        "whole_hours_share",
        True,
        """
        insert into ops.task_event (task_id, kind, occurred_at)
        select task_id, 'started', now() - interval '2 hours' - make_interval(secs => task_id % 50)
        from ops.task limit 40;
        update ops.task_event set recorded_at = now() - interval '3 days'
        where kind <> 'started'
        """,
    ),
    "nothing came in yesterday": Fault(
        "operational_feed",
        "last_day_share",
        False,
        """
        delete from ops.ticket_snapshot as ticket
        where
            not is_task_allocated
            and submit_date >= date_trunc('day', now(), 'UTC') - interval '1 day'
            and submit_date < date_trunc('day', now(), 'UTC');
        update ops.ticket_snapshot set submit_date = submit_date - interval '1 day'
        where
            submit_date >= date_trunc('day', now(), 'UTC') - interval '1 day'
            and submit_date < date_trunc('day', now(), 'UTC')
        """,
    ),
    "a flood comes in": Fault(
        "operational_feed",
        "last_day_share",
        False,
        """
        insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date, created_at)
        select 'F' || n, 'Flood', 'New', 'Low', yesterday, yesterday
        from generate_series(1, 600) as n
        cross join (select date_trunc('day', now(), 'UTC') - interval '12 hours' as yesterday) as told
        """,
    ),
    "tickets lose their department": Fault(
        "operational_feed",
        "without_department_rise",
        False,
        "update ops.ticket_snapshot set department = null where submit_date > now() - interval '7 days'",
    ),
    "tickets lose their category": Fault(
        "operational_feed",
        "without_category_rise",
        False,
        "update ops.ticket_snapshot set category = null where submit_date > now() - interval '7 days'",
    ),
    "departments are called otherwise": Fault(
        "operational_feed",
        "new_department_share",
        False,
        "update ops.ticket_snapshot set department = 'X' where submit_date > now() - interval '7 days'",
    ),
    "categories are called otherwise": Fault(
        "operational_feed",
        "new_category_share",
        False,
        "update ops.ticket_snapshot set category = 'X' where submit_date > now() - interval '7 days'",
    ),
    "new roles do the work": Fault(
        "operational_feed",
        "new_role_share",
        False,
        """
        insert into ops.role (name) values ('Strangers');
        insert into ops.role_user (role_id, user_id, user_full_name)
        select role_id, 99, 'Stranger' from ops.role where name = 'Strangers';
        update ops.task_item
        set role_user_id = (select max(role_user_id) from ops.role_user)
        where assigned_on > now() - interval '7 days'
        """,
    ),
    "work is written down days later": Fault(
        "operational_feed",
        "late_share",
        False,
        "update ops.task_event set recorded_at = occurred_at + interval '2 days'",
    ),
    "events come twice": Fault(
        "operational_feed",
        "twin_event_share",
        False,
        """
        insert into ops.task_event (task_id, kind, to_status, occurred_at)
        select task_id, kind, to_status, occurred_at from ops.task_event
        """,
    ),
    "one task ends before it begins": Fault(
        "quarantine",
        "quarantined_count",
        False,
        """
        alter table ops.task drop constraint ck_task_resolved_after_created;
        update ops.task set resolution_time = created_at - interval '1 hour'
        where task_id = (select min(task_id) from ops.task where status = 'completed')
        """,
    ),
    "many tasks end before they begin": Fault(
        "quarantine",
        "beyond_accident",
        True,
        """
        alter table ops.task drop constraint ck_task_resolved_after_created;
        update ops.task set resolution_time = created_at - interval '1 hour' where status = 'completed'
        """,
    ),
}
# What the models that come after the marts could have made of a sound desk.
BUILT = {
    "a ticket has no category": Fault(
        "ticket_rows",
        "category",
        True,
        """
        alter table marts.fct_tickets alter category drop not null;
        update marts.fct_tickets set category = null where task_id % 50 = 1
        """,
    ),
    "a state of the SLA is unknown": Fault(
        "ticket_rows", "sla_status", True, "update marts.fct_tickets set sla_status = 'late'"
    ),
    "most tickets are gone": Fault(
        "ticket_profile", "kept_share", True, "delete from marts.fct_tickets where task_id % 3 > 0"
    ),
    "a series has lost tickets": Fault(
        "volume_features", "missing_tickets", True, "delete from marts.fct_tickets where task_id % 50 = 1"
    ),
    "the week to come is a hundred times the last": Fault(
        "forecasts", "week_ratio", True, "update build.forecast_points set predicted = predicted * 100"
    ),
    "a forecast is no number": Fault(
        "forecasts",
        "not_finite",
        True,
        "update build.forecast_points set predicted = 'NaN' where granularity = 'weekly'",
    ),
    "a forecast is a flat line": Fault(
        "forecasts", "is_flat", False, "update build.forecast_points set predicted = 8"
    ),
    "probabilities pass one": Fault(
        "risks", "no_probability", True, "update build.ticket_risks set breach_probability = 1.5"
    ),
    "a band does not hold its middle": Fault(
        "risks",
        "crossed",
        True,
        "update build.ticket_risks set remaining_hours = 9, lower_80 = 10, upper_80 = 8",
    ),
    "all tickets are told the same": Fault(
        "risks",
        "is_flat",
        False,
        """
        insert into build.ticket_risks
        select filled.*
        from (select to_jsonb(risk) as told from build.ticket_risks as risk limit 1) as one
        cross join generate_series(1, 60) as n
        cross join lateral jsonb_populate_record(
            null::build.ticket_risks, told || jsonb_build_object('task_id', 1000000 + n)
        ) as filled;
        update build.ticket_risks set breach_probability = 0.4
        """,
    ),
}
