-- What managers act on: open tickets, people's load, unusual days, runs that failed, and the thresholds
-- that turn figures into alerts.

create table ops.insight_threshold (
    insight_threshold_id bigint generated always as identity,
    name varchar(64) not null,
    value numeric(12, 4) not null,
    default_value numeric(12, 4) not null,
    minimum numeric(12, 4) not null,
    maximum numeric(12, 4) not null,
    unit varchar(16) not null,
    description text not null,
    updated_at timestamptz,
    updated_by bigint,
    constraint pk_insight_threshold primary key (insight_threshold_id),
    constraint uq_insight_threshold_name unique (name),
    constraint ck_insight_threshold_value_in_bounds check (value between minimum and maximum),
    constraint ck_insight_threshold_default_in_bounds check (default_value between minimum and maximum)
);

insert into ops.insight_threshold (name, value, default_value, minimum, maximum, unit, description)
select name, value, value, minimum, maximum, unit, description
from (
    values
    ('high_workload_per_user', 10, 1, 10000, 'items', 'Open items of one person from which their load is a warning.'),
    ('critical_workload_per_user', 15, 1, 10000, 'items', 'Open items of one person from which they are overloaded; the capacity of who has none of their own.'),
    ('workload_imbalance_ratio', 2, 1, 100, 'ratio', 'How many times the mean load the largest one may be.'),
    ('sla_warning_hours', 4, 0, 8760, 'hours', 'Working hours left to the target from which an open ticket is a warning.'),
    ('sla_critical_hours', 2, 0, 8760, 'hours', 'Working hours left to the target from which an open ticket is critical.'),
    ('at_risk_ratio', 0.8, 0.05, 1, 'ratio', 'Share of the allowed time from which an open ticket is at risk.'),
    ('sla_compliance_warning', 80, 0, 100, 'percent', 'SLA compliance below which there is a warning.'),
    ('sla_compliance_critical', 60, 0, 100, 'percent', 'SLA compliance below which it is critical.'),
    ('slow_avg_resolution_hours', 48, 0, 8760, 'hours', 'Mean resolution time above which there is a warning.'),
    ('high_escalation_rate', 15, 0, 100, 'percent', 'Share of tickets escalated above which there is a warning.'),
    ('high_transfer_rate', 20, 0, 100, 'percent', 'Share of tickets transferred above which there is a warning.'),
    ('queue_backlog_warning', 20, 1, 1000000, 'tickets', 'Pending tickets from which there is a warning.'),
    ('queue_backlog_critical', 50, 1, 1000000, 'tickets', 'Pending tickets from which it is critical.'),
    ('workflow_backlog', 10, 1, 1000000, 'tickets', 'Pending tickets of one workflow from which it is named.'),
    ('stale_ticket_days', 7, 1, 3650, 'days', 'Days without any event after which an open ticket is stale.'),
    ('aging_ticket_days', 30, 1, 3650, 'days', 'Days since creation after which an open ticket is aging.'),
    ('aging_tickets_critical', 10, 1, 1000000, 'tickets', 'Aging tickets from which it is critical.'),
    ('anomaly_z', 3.5, 2, 20, 'ratio', 'Robust z-score from which a day is unusual.'),
    ('anomaly_min_difference', 5, 1, 1000000, 'count', 'Difference from the expected count below which no day is unusual.'),
    ('sla_healthy', 90, 0, 100, 'percent', 'SLA compliance from which the service is healthy.'),
    ('sla_warning', 70, 0, 100, 'percent', 'SLA compliance below which the service is critical.'),
    ('pending_healthy', 20, 1, 1000000, 'tickets', 'Pending tickets from which the service is no longer healthy.'),
    ('pending_warning', 50, 1, 1000000, 'tickets', 'Pending tickets from which the service is critical.'),
    ('at_risk_healthy', 5, 1, 1000000, 'tickets', 'Tickets at risk from which the service is no longer healthy.'),
    ('at_risk_warning', 15, 1, 1000000, 'tickets', 'Tickets at risk from which the service is critical.'),
    ('delivery_warning_minutes', 5, 0, 100000, 'minutes', 'Age of the oldest undelivered event, notification or job that is a warning.'),
    ('delivery_critical_minutes', 60, 0, 100000, 'minutes', 'Age of the oldest undelivered event, notification or job that is critical.'),
    ('role_sync_warning_hours', 24, 0, 8760, 'hours', 'How long a word on a member may wait for its role.'),
    ('publication_warning_hours', 26, 0, 8760, 'hours', 'Age of the data that is a warning.'),
    ('publication_critical_hours', 50, 0, 8760, 'hours', 'Age of the data that is critical.'),
    ('model_warning_hours', 36, 0, 8760, 'hours', 'Age of the newest training that is a warning.')
) as contract (name, value, minimum, maximum, unit, description);

grant select on ops.insight_threshold to sluice_api, sluice_pipeline;
grant update (value, updated_at, updated_by) on ops.insight_threshold to sluice_api;

-- Every ticket that is open, with what its SLA clock says at the publication's instant: the share of the
-- allowed working time that has run, and the working seconds left. Held tickets are judged at the hold.
create table serving.open_tickets (
    task_id bigint primary key,
    ticket_number text not null,
    subject text not null,
    status text not null,
    priority text not null,
    department text not null,
    category text not null,
    sub_category text not null,
    workflow_id bigint not null,
    workflow_name text not null,
    current_step text,
    source text not null,
    assignee_id bigint,
    assignee text,
    owner_id bigint,
    owner text,
    created_at timestamptz not null,
    last_activity_at timestamptz not null,
    target_resolution timestamptz,
    elapsed_ratio numeric(20, 12),
    remaining_seconds bigint,
    sla_status text not null,
    is_critical boolean not null
);
create index open_tickets_remaining on serving.open_tickets (remaining_seconds, task_id);
create index open_tickets_elapsed on serving.open_tickets (elapsed_ratio desc, task_id)
where sla_status in ('on_track', 'at_risk');
create index open_tickets_overdue on serving.open_tickets (remaining_seconds, task_id) where sla_status = 'breached';
create index open_tickets_activity on serving.open_tickets (last_activity_at, task_id);
create index open_tickets_created on serving.open_tickets (created_at, task_id);
create index open_tickets_pending on serving.open_tickets (workflow_id) where status = 'pending';

-- One row per person and role: who holds the role now, and everybody who was ever given an item in it.
create table serving.agent_load (
    user_id bigint not null,
    role text not null,
    user_name text not null,
    is_member boolean not null,
    capacity integer,
    items integer not null,
    open_items integer not null,
    overdue_items integer not null,
    resolved_items integer not null,
    system_items integer not null,
    transferred_items integer not null,
    escalated_items integer not null,
    primary key (user_id, role)
);
create index agent_load_busy on serving.agent_load (open_items desc) where is_member or open_items > 0;

-- The last days of what is counted by day, today included, and what the same weekday of the weeks before
-- had. The expectation is null where there is too little history.
create table serving.daily_volumes (
    day date primary key,
    tickets integer not null,
    is_complete boolean not null,
    baseline_days integer not null,
    expected double precision,
    spread double precision
);

-- Complete days that the smallest thresholds permitted would call unusual: a request applies those in force.
create table serving.anomalies (
    day date not null,
    metric text not null check (metric in ('volume', 'category', 'user', 'escalation', 'stale')),
    -- What is counted apart: a category by its name, a person by their id; empty for all of them.
    dimension_key text not null,
    dimension text not null,
    user_id bigint,
    value integer not null,
    expected double precision not null,
    spread double precision not null check (spread > 0),
    deviation double precision not null,
    baseline_days integer not null,
    primary key (day, metric, dimension_key)
);

-- Runs of the pipeline that ended without a publication; those that published are in serving.publications.
create table serving.failed_runs (
    run_id text primary key,
    job_name text not null,
    failed_at timestamptz not null default now(),
    failures jsonb not null
);
create index failed_runs_newest on serving.failed_runs (failed_at desc);

grant select on
    serving.open_tickets, serving.agent_load, serving.daily_volumes, serving.anomalies, serving.failed_runs
to sluice_api;
grant select, insert, update, delete on
    serving.open_tickets, serving.agent_load, serving.daily_volumes, serving.anomalies, serving.failed_runs
to sluice_pipeline;

-- Service health tells how many tickets wait to be handed over, and nothing of what they say.
create function intake.outbox_state(out pending bigint, out failed bigint, out oldest_at timestamptz)
language sql stable security definer set search_path = intake as $$
    select
        count(*),
        (select count(*) from outbox_event where failed_at is not null),
        min(occurred_at)
    from outbox_event
    where delivered_at is null and failed_at is null
$$;
revoke all on function intake.outbox_state from public;
grant usage on schema intake to sluice_api;
grant execute on function intake.outbox_state to sluice_api;
