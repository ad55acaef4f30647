-- name: open
with ticket as (
    insert into ops.ticket_snapshot (
        ticket_number, subject, status, priority, category, sub_category, department, submit_date, created_at,
        is_task_allocated
    )
    values (
        %(number)s, 'Subject ' || %(number)s, 'Open',
        (array['Critical', 'High', 'Medium', 'Low'])[1 + %(lot)s %% 4],
        'Category ' || %(lot)s %% 3, 'Topic ' || %(lot)s %% 5,
        case when %(lot)s %% 11 > 0 then 'Department ' || %(lot)s %% 4 end, %(at)s, %(at)s, true
    )
    returning ticket_id, priority
),

flow as (
    select workflow_id, workflow_version_id, step_id
    from ops.workflow
    inner join ops.workflow_version using (workflow_id)
    inner join ops.step using (workflow_id)
    order by md5(workflow_id || %(seed)s)
    limit 1
),

task as (
    insert into ops.task (
        ticket_id, workflow_id, workflow_version_id, current_step_id, status, priority_at_start, sla_source,
        sla_started_at, at_risk_at, critical_at, target_resolution, created_at, updated_at
    )
    select
        ticket_id, workflow_id, workflow_version_id, step_id, 'pending', priority, source, %(at)s,
        case when source = 'policy' then %(at)s + interval '16 hours' end,
        case when source = 'policy' then %(at)s + interval '18 hours' end,
        case when source = 'policy' then %(at)s + interval '20 hours' end, %(at)s, %(recorded)s
    from ticket
    cross join flow
    cross join (select case when %(lot)s %% 3 > 0 then 'policy' else 'none' end as source) as sla
    returning task_id, current_step_id
),

item as (
    insert into ops.task_item (task_id, role_user_id, step_id, origin, status, assigned_on, updated_at)
    select task_id, role_user_id, current_step_id, 'System', 'new', %(at)s, %(recorded)s
    from task
    cross join (select role_user_id from ops.role_user order by md5(role_user_id || %(seed)s) limit 1) as member
),

told as (
    insert into ops.task_event (task_id, kind, to_status, occurred_at, recorded_at)
    select task_id, 'created', 'pending', %(at)s, %(recorded)s from task
)

insert into ops.ticket_event (ticket_id, kind, occurred_at, recorded_at)
select ticket_id, 'created', %(at)s, %(recorded)s from ticket;

-- name: complete
with task as (
    update ops.task
    set status = 'completed', resolution_time = %(at)s, updated_at = %(recorded)s,
        first_response_at = coalesce(first_response_at, %(at)s)
    where task_id = (
        select task_id from ops.task
        where status in ('pending', 'in progress') and deleted_at is null and created_at < %(at)s
        order by md5(task_id || %(seed)s) limit 1
    )
    returning task_id
),

item as (
    update ops.task_item
    set status = 'resolved', acted_on = greatest(%(at)s, assigned_on), closed_at = greatest(%(at)s, assigned_on),
        updated_at = %(recorded)s
    from task
    where task_item.task_id = task.task_id and closed_at is null
)

insert into ops.task_event (task_id, kind, from_status, to_status, occurred_at, recorded_at)
select task_id, 'completed', 'pending', 'completed', %(at)s, %(recorded)s from task;

-- name: hold
with task as (
    update ops.task set status = 'on_hold', hold_started_at = %(at)s, updated_at = %(recorded)s
    where task_id = (
        select task_id from ops.task
        where status in ('pending', 'in progress') and deleted_at is null and created_at < %(at)s
        order by md5(task_id || %(seed)s) limit 1
    )
    returning task_id
)

insert into ops.task_event (task_id, kind, from_status, to_status, occurred_at, recorded_at)
select task_id, 'held', 'pending', 'on_hold', %(at)s, %(recorded)s from task;

-- name: resume
with task as (
    update ops.task
    set status = 'in progress', updated_at = %(recorded)s, hold_started_at = null,
        hold_seconds = hold_seconds + extract(epoch from %(at)s - hold_started_at)
    where task_id = (
        select task_id from ops.task
        where status = 'on_hold' and deleted_at is null and hold_started_at < %(at)s
        order by md5(task_id || %(seed)s) limit 1
    )
    returning task_id
)

insert into ops.task_event (task_id, kind, from_status, to_status, occurred_at, recorded_at)
select task_id, 'resumed', 'on_hold', 'in progress', %(at)s, %(recorded)s from task;

-- name: transfer
with old as (
    update ops.task_item
    set status = 'reassigned', closed_at = %(at)s, updated_at = %(recorded)s
    where task_item_id = (
        select task_item_id from ops.task_item
        where closed_at is null and assigned_on < %(at)s
        order by md5(task_item_id || %(seed)s) limit 1
    )
    returning task_item_id, task_id, step_id, role_user_id
),

item as (
    insert into ops.task_item (
        task_id, role_user_id, step_id, origin, status, assigned_on, from_task_item_id, updated_at
    )
    select task_id, member.role_user_id, step_id, 'Transferred', 'new', %(at)s, task_item_id, %(recorded)s
    from old
    cross join lateral (
        select role_user_id from ops.role_user
        where role_user.role_user_id <> old.role_user_id
        order by md5(role_user_id || %(seed)s) limit 1
    ) as member
)

insert into ops.task_event (task_id, kind, task_item_id, occurred_at, recorded_at)
select task_id, 'transferred', task_item_id, %(at)s, %(recorded)s from old;

-- name: cancel
with task as (
    update ops.task set status = 'cancelled', updated_at = %(recorded)s
    where task_id = (
        select task_id from ops.task
        where status in ('pending', 'in progress') and deleted_at is null and created_at < %(at)s
        order by md5(task_id || %(seed)s) limit 1
    )
    returning task_id
),

item as (
    update ops.task_item set closed_at = greatest(%(at)s, assigned_on), updated_at = %(recorded)s
    from task
    where task_item.task_id = task.task_id and closed_at is null
)

insert into ops.task_event (task_id, kind, from_status, to_status, occurred_at, recorded_at)
select task_id, 'cancelled', 'pending', 'cancelled', %(at)s, %(recorded)s from task;

-- name: reopen
with task as (
    update ops.task set status = 'in progress', resolution_time = null, updated_at = %(recorded)s
    where task_id = (
        select task_id from ops.task
        where status = 'completed' and deleted_at is null and resolution_time < %(at)s
        order by md5(task_id || %(seed)s) limit 1
    )
    returning task_id
)

insert into ops.task_event (task_id, kind, from_status, to_status, occurred_at, recorded_at)
select task_id, 'reopened', 'completed', 'in progress', %(at)s, %(recorded)s from task;

-- name: recategorise
with chosen as (
    select ticket_id, category from ops.ticket_snapshot
    where created_at < %(at)s
    order by md5(ticket_id || %(seed)s) limit 1
),

ticket as (
    update ops.ticket_snapshot set category = 'Category ' || %(lot)s %% 3
    from chosen
    where ticket_snapshot.ticket_id = chosen.ticket_id
)

insert into ops.ticket_event (ticket_id, kind, from_value, to_value, occurred_at, recorded_at)
select ticket_id, 'category_changed', category, 'Category ' || %(lot)s %% 3, %(at)s, %(recorded)s from chosen;

-- name: note_late
insert into ops.task_event (task_id, kind, actor_user_id, occurred_at, recorded_at)
select task_id, 'escalated', 1 + %(lot)s %% 12, greatest(created_at, %(at)s - interval '9 days'), %(recorded)s
from ops.task
where deleted_at is null and created_at < %(at)s
order by md5(task_id || %(seed)s)
limit 1;

-- name: correct
update ops.task set resolution_time = created_at + (resolution_time - created_at) / 2, updated_at = %(recorded)s
where task_id = (
    select task_id from ops.task
    where status = 'completed' and resolution_time > created_at
    order by md5(task_id || %(seed)s) limit 1
);

-- name: delete
update ops.task set deleted_at = %(at)s, updated_at = %(recorded)s
where task_id = (
    select task_id from ops.task where deleted_at is null order by md5(task_id || %(seed)s) limit 1
);

-- name: undelete
update ops.task set deleted_at = null, updated_at = %(recorded)s
where task_id = (
    select task_id from ops.task where deleted_at is not null and status in ('completed', 'cancelled')
    order by md5(task_id || %(seed)s) limit 1
);

-- name: spoil
update ops.task set resolution_time = created_at - interval '1 hour', updated_at = %(recorded)s
where task_id = (
    select task_id from ops.task where status = 'completed' order by md5(task_id || %(seed)s) limit 1
);

-- name: mend
update ops.task set resolution_time = created_at + interval '5 hours', updated_at = %(recorded)s
where resolution_time < created_at;
