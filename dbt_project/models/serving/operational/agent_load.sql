with members as (
    select
        memberships.user_id,
        roles.role_name,
        max(memberships.capacity)::integer as capacity
    from {{ ref('stg_ops__role_memberships') }} as memberships
    inner join {{ ref('stg_ops__roles') }} as roles on memberships.role_id = roles.role_id
    where memberships.is_active
    group by memberships.user_id, roles.role_name
),

worked as (
    select
        user_id,
        role_name,
        count(*) as items,
        count(*) filter (where is_open) as open_items,
        count(*) filter (where is_open and sla_status = 'breached') as overdue_items,
        count(*) filter (where status = 'resolved') as resolved_items,
        count(*) filter (where origin = 'System') as system_items,
        count(*) filter (where origin = 'Transferred') as transferred_items,
        count(*) filter (where origin = 'Escalation') as escalated_items
    from {{ ref('fct_task_items') }}
    group by user_id, role_name
)

select
    people.user_id,
    role_name as role,
    people.full_name as user_name,
    members.user_id is not null as is_member,
    members.capacity,
    coalesce(worked.items, 0)::integer as items,
    coalesce(worked.open_items, 0)::integer as open_items,
    coalesce(worked.overdue_items, 0)::integer as overdue_items,
    coalesce(worked.resolved_items, 0)::integer as resolved_items,
    coalesce(worked.system_items, 0)::integer as system_items,
    coalesce(worked.transferred_items, 0)::integer as transferred_items,
    coalesce(worked.escalated_items, 0)::integer as escalated_items
from members
full join worked using (user_id, role_name)
inner join {{ ref('int_work__people') }} as people using (user_id)
