with items as (
    select * from {{ ref('stg_ops__task_items') }}
),

members as (
    select * from {{ ref('stg_ops__role_memberships') }}
),

events as (
    select
        task_id,
        max(occurred_at) filter (where kind = 'cancelled') as cancelled_at,
        count(*) filter (where kind = 'reopened') as reopen_count
    from {{ ref('stg_ops__task_events') }}
    where kind in ('cancelled', 'reopened')
    group by task_id
),

people as (
    select
        items.task_id,
        members.user_id,
        max(members.full_name) as full_name,
        min(items.assigned_at) as first_assigned_at,
        bool_or(items.origin = 'Escalation') as is_escalated,
        bool_or(items.origin = 'Transferred') as is_transferred,
        min(items.assigned_at) filter (where items.origin = 'Escalation') as escalated_at,
        min(items.assigned_at) filter (where items.origin = 'Transferred') as transferred_at
    from items
    inner join members on items.role_user_id = members.role_user_id
    group by items.task_id, members.user_id
),

assignments as (
    select
        task_id,
        array_agg(user_id order by first_assigned_at, user_id) as assigned_user_ids,
        jsonb_agg(full_name order by first_assigned_at, user_id) as assigned_users,
        bool_or(is_escalated) as is_escalated,
        bool_or(is_transferred) as is_transferred,
        min(escalated_at) as escalated_at,
        min(transferred_at) as transferred_at
    from people
    group by task_id
)

select
    coalesce(events.task_id, assignments.task_id) as task_id,
    events.cancelled_at,
    coalesce(events.reopen_count, 0) as reopen_count,
    coalesce(assignments.assigned_user_ids, '{}') as assigned_user_ids,
    coalesce(assignments.assigned_users, '[]') as assigned_users,
    coalesce(assignments.is_escalated, false) as is_escalated,
    coalesce(assignments.is_transferred, false) as is_transferred,
    assignments.escalated_at,
    assignments.transferred_at
from events
full join assignments on events.task_id = assignments.task_id
