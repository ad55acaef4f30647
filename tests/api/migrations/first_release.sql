-- A small desk as the first release kept it: its schema, filled before the later migrations run.
insert into ops.workflow (
    name, category, sub_category, department, status, urgent_sla, high_sla, medium_sla, low_sla
)
select
    'Flow ' || n, 'Category ' || n, 'any', 'Department ' || n, 'draft', interval '4 hours',
    interval '8 hours', interval '20 hours', case when n <> 3 then interval '72 hours' end
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
    'T' || n, 'Subject ' || n, case when n % 5 = 0 then 'In Progress' else 'Closed' end,
    (array['Critical', 'High', 'Medium', 'Low'])[1 + (n * 7) % 4],
    case when n % 11 <> 0 then 'Category ' || 1 + n % 3 end, 'Topic ' || 1 + (n * 13) % 5,
    case when n % 17 <> 0 then 'Department ' || 1 + n % 3 end,
    opened, opened, n % 50 <> 0
from (
    select n, now() - make_interval(secs => 3600 + (n::bigint * 86400 * 90) / 60) as opened
    from generate_series(1, 60) as n
) as numbered;

insert into ops.task (
    ticket_id, workflow_id, workflow_version_id, current_step_id, status, priority_at_start, sla_source,
    recorded_sla_met, sla_started_at, target_resolution, hold_started_at, first_response_at, resolution_time,
    created_at, updated_at
)
select
    ticket_id, workflow_id, workflow_version_id, step_id, state, priority,
    source, case when source = 'recorded' then ticket_id % 4 <> 0 end, created_at,
    case when source = 'policy' then created_at + interval '20 hours' end,
    case when state = 'on_hold' then created_at + interval '30 minutes' end,
    created_at + interval '10 minutes',
    case when state = 'completed' then created_at + make_interval(secs => 60 * (1 + (ticket_id * 37) % 2400)) end,
    created_at, created_at
from (
    select
        ticket.*, workflow.workflow_id, version.workflow_version_id, step.step_id,
        case
            when ticket_id % 5 <> 0 then 'completed'
            else (array['pending', 'in progress', 'on_hold', 'cancelled'])[1 + (ticket_id / 5) % 4]
        end as state,
        case ticket_id % 3 when 0 then 'recorded' when 1 then 'policy' else 'none' end as source
    from ops.ticket_snapshot as ticket
    inner join ops.workflow as workflow on workflow.name = 'Flow ' || 1 + ticket.ticket_id % 3
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
inner join ops.role_user as member on member.user_id = 1 + (task.task_id * n * 5) % 12
where n = 1 or task.task_id % 9 = 0;

insert into ops.task_event (task_id, kind, to_status, occurred_at)
select task_id, 'created', 'pending', created_at from ops.task;

insert into ops.task_event (task_id, kind, to_status, occurred_at)
select task_id, 'cancelled', 'cancelled', created_at + interval '1 hour' from ops.task where status = 'cancelled';

insert into ops.ticket_event (ticket_id, kind, occurred_at)
select ticket_id, 'created', created_at from ops.ticket_snapshot;

insert into ops.task_item_event (task_item_id, status, occurred_at)
select task_item_id, 'new', assigned_on from ops.task_item;

insert into ops.audit_event (user_id, username, action, target_type, target_id, changes, recorded_at)
select 1, 'ana', 'create_task', 'Task', task_id, jsonb_build_object('ticket_number', ticket_id), created_at
from ops.task;

insert into ops.user_account (user_id, username, password_hash, full_name, user_type)
values (1, 'ana', 'x', 'Ana B', 'staff');

insert into ops.refresh_token (jti, account_id, family, expires_at)
select 'jti-' || n, account_id, 'family', now() + interval '7 days'
from ops.user_account cross join generate_series(1, 3) as n;

-- What the pipeline builds over the operational tables.
create view staging.stg_ops__tasks as select * from ops.task;
create view staging.stg_ops__tickets as select * from ops.ticket_snapshot;
create view staging.stg_ops__role_users as select * from ops.role_user;
create view staging.stg_ops__workflows as select * from ops.workflow;
