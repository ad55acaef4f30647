-- A small desk of %(tickets)s tickets over %(days)s days, the same rows at every call.
insert into ops.workflow (name, category, sub_category, department, status)
select 'Flow ' || n, 'Category ' || n, 'any', 'Department ' || n, 'draft'
from generate_series(1, 3) as n;

insert into ops.workflow_version (workflow_id, version, definition, definition_hash)
select workflow_id, 1, '{}', md5(workflow_id::text) from ops.workflow;

insert into ops.role (name) values ('Agents');

insert into ops.role_user (role_id, user_id, user_full_name)
select role_id, n, 'Person ' || n from ops.role cross join generate_series(1, 12) as n;

insert into ops.step (workflow_id, role_id, name, is_start, is_end)
select workflow_id, role_id, 'Work', true, true from ops.workflow cross join ops.role;

insert into ops.ticket_snapshot (
    ticket_number, subject, status, priority, category, sub_category, department, submit_date, created_at,
    is_task_allocated
)
select
    'T' || n, 'Subject ' || n, case when n %% 5 = 0 then 'In Progress' else 'Closed' end,
    (array['Critical', 'High', 'Medium', 'Low'])[1 + (n * 7) %% 4],
    case when n %% 11 <> 0 then 'Category ' || 1 + n %% 3 end, 'Topic ' || 1 + (n * 13) %% 5,
    case when n %% 17 <> 0 then 'Department ' || 1 + n %% 3 end,
    opened, opened, n %% 50 <> 0
from (
    select n, now() - make_interval(secs => 3600 + (n::bigint * 86400 * %(days)s) / %(tickets)s) as opened
    from generate_series(1, %(tickets)s) as n
) as numbered;

insert into ops.task (
    ticket_id, workflow_id, workflow_version_id, current_step_id, status, priority_at_start, sla_source,
    recorded_sla_met, sla_started_at, at_risk_at, critical_at, target_resolution, hold_started_at, first_response_at, resolution_time,
    created_at, updated_at
)
select
    ticket_id, workflow_id, workflow_version_id, step_id, state, priority,
    source, case when source = 'recorded' then ticket_id %% 4 <> 0 end, created_at,
    case when source = 'policy' then created_at + interval '16 hours' end,
    case when source = 'policy' then created_at + interval '18 hours' end,
    case when source = 'policy' then created_at + interval '20 hours' end,
    case when state = 'on_hold' then created_at + interval '30 minutes' end,
    created_at + interval '10 minutes',
    case when state = 'completed' then created_at + make_interval(secs => 60 * (1 + (ticket_id * 37) %% 2400)) end,
    created_at, created_at
from (
    select
        ticket.*, workflow.workflow_id, version.workflow_version_id, step.step_id,
        case
            when ticket_id %% 5 <> 0 then 'completed'
            else (array['pending', 'in progress', 'on_hold', 'cancelled'])[1 + (ticket_id / 5) %% 4]
        end as state,
        case ticket_id %% 3 when 0 then 'recorded' when 1 then 'policy' else 'none' end as source
    from ops.ticket_snapshot as ticket
    inner join ops.workflow as workflow on workflow.name = 'Flow ' || 1 + ticket.ticket_id %% 3
    inner join ops.workflow_version as version using (workflow_id)
    inner join ops.step as step on step.workflow_id = workflow.workflow_id
    where ticket.is_task_allocated
) as routed;

insert into ops.task_item (task_id, role_user_id, step_id, origin, status, assigned_on, closed_at)
select
    task_id, role_user_id, current_step_id, case when n = 1 then 'System' else 'Escalation' end,
    case when n = 1 then 'reassigned' else 'in progress' end,
    task.created_at + make_interval(mins => n), case when n = 1 then task.created_at + interval '2 minutes' end
from ops.task as task
cross join generate_series(1, 2) as n
inner join ops.role_user as member on member.user_id = 1 + (task.task_id * n * 5) %% 12
where n = 1 or task.task_id %% 9 = 0;

insert into ops.task_event (task_id, kind, to_status, occurred_at)
select task_id, 'created', 'pending', created_at from ops.task;

insert into ops.task_event (task_id, kind, to_status, occurred_at)
select task_id, 'cancelled', 'cancelled', created_at + interval '1 hour' from ops.task where status = 'cancelled';

insert into ops.ticket_event (ticket_id, kind, occurred_at)
select ticket_id, 'created', created_at from ops.ticket_snapshot;
