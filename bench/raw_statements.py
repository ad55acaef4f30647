"""The SQL of `raw_operations`, one constant per statement.

The page size is a constant in it: with a parameter PostgreSQL either plans anew at each call or for
pages of any size, and both are slower.
"""

TAKE_IN_EVENT = """
insert into ops.inbox_event (event_id, source) values ($1, $2)
on conflict do nothing returning event_id
"""

FIND_VERSION = """
select workflow.workflow_id, version.workflow_version_id, version.definition
from ops.workflow
join ops.workflow_version as version on version.workflow_id = workflow.workflow_id and version.is_active
where workflow.status = 'initialized'
  and lower(workflow.department) = lower(trim($1))
  and lower(workflow.category) = lower(trim($2))
  and lower(trim(workflow.sub_category)) in (lower(trim($3)), '', '*')
order by lower(trim(workflow.sub_category)) = lower(trim($3)) desc, workflow.workflow_id
limit 1
for key share of workflow
"""

INSERT_TICKET = """
insert into ops.ticket_snapshot (
    ticket_number, source_service, subject, description, status, priority, category, sub_category,
    department, requester, submit_date, data, is_task_allocated, last_event_id, last_event_at
) values ($1, $2, $3, $4, 'New', $5, $6, $7, $8, $9, $10, $11, true, $12, $10)
on conflict (ticket_number) do nothing returning ticket_id
"""

INSERT_TICKET_EVENT = """
insert into ops.ticket_event (ticket_id, kind, from_value, to_value, actor_user_id, occurred_at)
values ($1, $2, $3, $4, $5, $6)
"""

FIND_POLICY = """
select policy.duration
from ops.sla_policy as policy
where policy.workflow_id = $1 and policy.priority = $2
order by policy.effective_at <= $3 desc, abs(extract(epoch from policy.effective_at - $3)),
    policy.sla_policy_id desc
limit 1
"""

CHOOSE_NEXT = """
select role_user.role_user_id, role_user.user_id, role_user.user_full_name
from ops.next_member($1) as chosen (role_user_id)
join ops.role_user using (role_user_id)
"""

FIND_COORDINATORS = """
select role_id from ops.role
where name = 'Ticket Coordinator' and system in ('hdts', 'tts') and deleted_at is null
order by system limit 1
"""

INSERT_TASK = """
insert into ops.task (
    ticket_id, workflow_id, workflow_version_id, current_step_id, ticket_owner_id, status,
    priority_at_start, sla, sla_source, sla_started_at, at_risk_at, critical_at, target_resolution,
    created_at
) values ($1, $2, $3, $4, $5, 'pending', $6, $7, 'policy', $8, $9, $10, $11, $12)
returning task_id
"""

INSERT_ITEM = """
insert into ops.task_item (task_id, role_user_id, step_id, status, assigned_on, target_resolution)
values ($1, $2, $3, 'new', $4, $5) returning task_item_id
"""

INSERT_ITEM_EVENT = """
insert into ops.task_item_event (task_item_id, status, actor_user_id, note, occurred_at)
values ($1, $2, $3, $4, $5)
"""

INSERT_ITEM_EVENTS = """
insert into ops.task_item_event (task_item_id, status, actor_user_id, note, occurred_at)
values ($1, 'resolved', $3, $4, $5), ($2, 'new', null, null, $5)
"""

INSERT_CREATED_EVENTS = """
insert into ops.task_event (task_id, kind, to_step_id, to_status, task_item_id, note, occurred_at)
values ($1, 'created', $2, 'pending', null, null, $5), ($1, 'assigned', null, null, $3, $4, $5)
"""

LOCK_TASK = """
select task.ticket_id, task.status, task.sla, task.target_resolution, version.definition,
    owner.user_id as owner_user_id
from ops.task
join ops.workflow_version as version on version.workflow_version_id = task.workflow_version_id
left join ops.role_user as owner on owner.role_user_id = task.ticket_owner_id
where task.task_id = $1 and task.deleted_at is null
for update of task
"""

LIST_ITEMS = """
select item.task_item_id, item.step_id, item.closed_at, role_user.user_id
from ops.task_item as item
join ops.role_user on role_user.role_user_id = item.role_user_id
where item.task_id = $1 and (item.closed_at is null or role_user.user_id = $2)
order by item.task_item_id
"""

LOCK_TICKET = """
select ticket_number, subject, status from ops.ticket_snapshot where ticket_id = $1 for update
"""

CLOSE_ITEM = """
update ops.task_item
set status = 'resolved', notes = $2, acted_on = $3, closed_at = $3,
    first_opened_at = coalesce(first_opened_at, $3), updated_at = now()
where task_item_id = $1
"""

MOVE_TICKET = "update ops.ticket_snapshot set status = 'In Progress', updated_at = now() where ticket_id = $1"

INSERT_MOVED_EVENTS = """
insert into ops.task_event (
    task_id, kind, from_step_id, to_step_id, transition_id, from_status, to_status, task_item_id,
    actor_user_id, note, occurred_at
) values
    ($1, 'transitioned', $2, $3, $4, $5, 'in progress', $6, $9, $10, $11),
    ($1, 'assigned', null, null, null, null, null, $7, null, $8, $11)
"""

MOVE_TASK = """
update ops.task
set status = 'in progress', current_step_id = $2, first_response_at = coalesce(first_response_at, $3),
    needs_assignment = false, version = version + 1, updated_at = now()
where task_id = $1 returning version
"""

INSERT_NEWS = """
insert into ops.outbox_event (event_id, kind, ticket_number, payload, request_id, occurred_at)
values ($1, $2, $3, $4, 'bench', $5)
"""

INSERT_NOTIFICATIONS = """
insert into ops.notification (
    notification_id, dedup_key, user_id, type, subject, message, ticket_number, task_id, occurred_at
)
select told.id, told.id::text, told.user_id, told.type, told.subject, told.subject, $5, $6, $7
from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) as told (id, user_id, type, subject)
"""

INSERT_AUDIT = """
insert into ops.audit_event (
    user_id, username, actor_roles, action, target_type, target_id, changes, request_id, ip_address
) values ($1, $2, $3, $4, 'Task', $5, $6, 'bench', '127.0.0.1')
"""

COUNT_MY_TASKS = """
select sum(tally.items) from ops.assignment_tally as tally
where tally.tab in ('active', 'inactive')
  and tally.role_user_id = any (array(select role_user_id from ops.role_user where user_id = $1))
"""

COUNT_ALL_TASKS = "select sum(items) from ops.assignment_tally where tab in ('active', 'inactive')"

WITHDRAWN_ROLES = """
select system, name from ops.withdrawn_role where user_id = $1
union all
select null, null from ops.disabled_account where user_type = 'staff' and user_id = $1
"""

_SLA_STATUS = """case
        when task.status = 'cancelled' then 'no_sla'
        when task.sla_source = 'recorded' and task.status = 'completed'
            then case when task.recorded_sla_met then 'met' else 'breached' end
        when task.target_resolution is null then 'no_sla'
        when task.status = 'completed'
            then case when task.resolution_time <= task.target_resolution then 'met' else 'breached' end
        when coalesce(task.hold_started_at, $1) > task.target_resolution then 'breached'
        when coalesce(task.hold_started_at, $1) >= task.at_risk_at then 'at_risk'
        else 'on_track'
    end"""

_NODE = """jsonb_path_query_first(
        version.definition, '$.nodes[*] ? (@.id == $step)', jsonb_build_object('step', {step})
    )"""
_CURRENT, _ASSIGNED = _NODE.format(step="task.current_step_id"), _NODE.format(step="item.step_id")

_ASSIGNMENT_ROW = f"""
    item.task_item_id, holder.user_id, holder.user_full_name, item_role.name as role, item.status,
    item.origin, task.task_id, ticket.ticket_id, ticket.ticket_number, ticket.subject as ticket_subject,
    ticket.description as ticket_description, ticket.status as ticket_status,
    ticket.priority as ticket_priority, task.workflow_id, workflow.name as workflow_name,
    task.current_step_id, {_CURRENT} ->> 'label' as current_step_name,
    {_CURRENT} ->> 'role_name' as current_step_role, item.step_id as assigned_on_step_id,
    {_ASSIGNED} ->> 'label' as assigned_on_step_name,
    task.status as task_status, task.version as task_version, {_SLA_STATUS} as sla_status,
    owner.user_id as ticket_owner_id, owner.user_full_name as ticket_owner_name,
    owner_role.name as ticket_owner_role, item.assigned_on,
    coalesce(item.closed_at, item.first_opened_at, item.assigned_on) as status_updated_on, item.acted_on,
    item.target_resolution, case when item.status = 'resolved' then item.acted_on end as resolution_time,
    item.notes, receiver.user_id as transferred_to_user_id,
    receiver.user_full_name as transferred_to_user_name, item.transferred_by
"""

_ASSIGNMENT_JOINS = """
join ops.task on task.task_id = item.task_id
join ops.ticket_snapshot as ticket on ticket.ticket_id = task.ticket_id
join ops.workflow on workflow.workflow_id = task.workflow_id
join ops.role_user as holder on holder.role_user_id = item.role_user_id
join ops.role as item_role on item_role.role_id = holder.role_id
join ops.workflow_version as version on version.workflow_version_id = task.workflow_version_id
left join ops.role_user as owner on owner.role_user_id = task.ticket_owner_id
left join ops.role as owner_role on owner_role.role_id = owner.role_id
left join ops.role_user as receiver on receiver.role_user_id = item.transferred_to_id
"""

MY_TASKS = f"""
with page as materialized (
    select reached.task_item_id
    from ops.role_user as membership
    cross join lateral (
        select task_item_id, assigned_on from ops.task_item
        where role_user_id = membership.role_user_id and tab <> 'deleted'
        order by assigned_on desc, task_item_id desc limit 10
    ) as reached
    where membership.user_id = $2
    order by reached.assigned_on desc, reached.task_item_id desc limit 10
)
select {_ASSIGNMENT_ROW}
from page
join ops.task_item as item on item.task_item_id = page.task_item_id
{_ASSIGNMENT_JOINS}
order by item.assigned_on desc, item.task_item_id desc
"""  # noqa: S608 - constants only

ALL_TASKS = f"""
with page as materialized (
    select task_item_id from ops.task_item
    where tab <> 'deleted'
    order by assigned_on desc, task_item_id desc limit 10
)
select {_ASSIGNMENT_ROW}
from page
join ops.task_item as item on item.task_item_id = page.task_item_id
{_ASSIGNMENT_JOINS}
order by item.assigned_on desc, item.task_item_id desc
"""  # noqa: S608 - constants only
