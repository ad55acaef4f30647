with run_window as materialized (
    select as_of from {{ ref('int_run__window') }}
    limit 1
),

tickets as (
    select * from {{ ref('fct_tickets') }}
),

items as (
    select * from {{ ref('stg_ops__task_items') }}
),

memberships as (
    select
        memberships.role_user_id,
        memberships.user_id,
        people.full_name,
        roles.role_name
    from {{ ref('stg_ops__role_memberships') }} as memberships
    inner join {{ ref('stg_ops__roles') }} as roles on memberships.role_id = roles.role_id
    inner join {{ ref('int_work__people') }} as people on memberships.user_id = people.user_id
),

joined as (
    select
        items.*,
        tickets.ticket_number,
        tickets.subject,
        tickets.department,
        tickets.category,
        tickets.sub_category,
        tickets.workflow_id,
        tickets.workflow_name,
        tickets.priority,
        tickets.source,
        tickets.judged_at,
        tickets.as_of,
        steps.step_name,
        holders.role_name,
        holders.user_id,
        holders.full_name as user_name,
        givers.user_id as from_user_id,
        givers.full_name as from_user_name,
        sources.transferred_by_user_id as initiator_user_id,
        initiators.full_name as initiator_name
    from items
    cross join run_window
    inner join tickets on items.task_id = tickets.task_id
    inner join {{ ref('stg_ops__steps') }} as steps on items.step_id = steps.step_id
    inner join memberships as holders on items.role_user_id = holders.role_user_id
    left join items as sources on items.from_task_item_id = sources.task_item_id
    left join memberships as givers on sources.role_user_id = givers.role_user_id
    left join {{ ref('int_work__people') }} as initiators
        on sources.transferred_by_user_id = initiators.user_id
    where items.assigned_at <= run_window.as_of
),

judged as (
    select
        *,
        case
            when target_resolution_at is null or status = 'reassigned' then 'no_sla'
            when status = 'resolved' and acted_at <= target_resolution_at then 'met'
            when status = 'resolved' then 'breached'
            when status = 'escalated' and acted_at > target_resolution_at then 'breached'
            -- In time, or closed with its task without an act: nothing to judge.
            when status = 'escalated' or closed_at is not null then 'no_sla'
            when judged_at > target_resolution_at then 'breached'
            when judged_at >= assigned_at + 0.8 * (target_resolution_at - assigned_at) then 'at_risk'
            else 'on_track'
        end as sla_status
    from joined
)

select
    -- ids
    task_item_id,
    task_id,
    workflow_id,
    step_id,
    user_id,
    from_task_item_id,
    from_user_id,
    initiator_user_id,

    -- attributes
    ticket_number,
    subject,
    department,
    category,
    sub_category,
    workflow_name,
    step_name,
    priority,
    role_name,
    user_name,
    source,
    from_user_name,
    initiator_name,
    status,
    origin,
    handover_note,

    -- instants
    assigned_at,
    {{ utc_day('assigned_at') }} as assigned_date,
    acted_at,
    closed_at,
    target_resolution_at,
    as_of,

    -- durations
    floor(extract(epoch from acted_at - assigned_at))::bigint as action_seconds,
    case when status = 'resolved' then floor(extract(epoch from closed_at - assigned_at)) end::bigint
        as resolution_seconds,

    -- states at as_of
    closed_at is null as is_open,
    sla_status
from judged
