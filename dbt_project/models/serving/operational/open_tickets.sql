with holders as (
    select distinct on (task_id)
        task_id,
        user_id,
        user_name
    from {{ ref('fct_task_items') }}
    where is_open
    order by task_id asc, assigned_at desc, task_item_id desc
),

owners as (
    select
        tasks.task_id,
        people.user_id,
        people.full_name
    from {{ ref('stg_ops__tasks') }} as tasks
    inner join {{ ref('stg_ops__role_memberships') }} as memberships
        on tasks.owner_role_user_id = memberships.role_user_id
    inner join {{ ref('int_work__people') }} as people on memberships.user_id = people.user_id
)

select
    tickets.task_id,
    tickets.ticket_number,
    tickets.subject,
    tickets.status,
    tickets.priority,
    tickets.department,
    tickets.category,
    tickets.sub_category,
    tickets.workflow_id,
    tickets.workflow_name,
    tickets.current_step_name as current_step,
    tickets.source,
    holders.user_id as assignee_id,
    holders.user_name as assignee,
    owners.user_id as owner_id,
    owners.full_name as owner,
    tickets.created_at,
    greatest(
        floor(extract(epoch from tickets.as_of - tickets.created_at))::bigint - times.on_hold_seconds, 0
    ) as net_age_seconds,
    activity.last_activity_at,
    tickets.target_resolution_at as target_resolution,
    clocks.elapsed_ratio,
    clocks.remaining_seconds,
    tickets.sla_status,
    tickets.is_sla_critical as is_critical
from {{ ref('fct_tickets') }} as tickets
inner join {{ ref('fct_ticket_times') }} as times on tickets.task_id = times.task_id
inner join {{ ref('int_operational__last_activity') }} as activity on tickets.task_id = activity.task_id
left join {{ ref('int_operational__clocks') }} as clocks on tickets.task_id = clocks.task_id
left join holders on tickets.task_id = holders.task_id
left join owners on tickets.task_id = owners.task_id
where tickets.is_open
