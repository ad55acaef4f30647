-- A ticket that has a task is described as its task's row describes it, so that both facts agree.
with routed as (
    select distinct on (ticket_id) *
    from {{ ref('fct_tickets') }}
    order by ticket_id asc, task_id desc
),

tickets as (
    select * from {{ ref('stg_ops__tickets') }}
    where created_at <= (select run_window.as_of from {{ ref('int_run__window') }} as run_window)
),

final as (
    select
        -- ids
        tickets.ticket_id,
        routed.task_id,
        routed.workflow_id,
        tickets.ticket_number,

        -- attributes
        tickets.subject,
        tickets.status,
        coalesce(routed.priority, unrouted.priority, tickets.priority) as priority,
        coalesce(
            routed.department, unrouted.department, nullif(btrim(tickets.department), ''), 'Unassigned'
        ) as department,
        coalesce(
            routed.category, unrouted.category, nullif(btrim(tickets.category), ''), 'Uncategorized'
        ) as category,
        coalesce(
            routed.sub_category,
            unrouted.sub_category,
            nullif(btrim(tickets.sub_category), ''),
            'Uncategorized'
        ) as sub_category,
        routed.workflow_name,

        -- instants
        tickets.created_at,
        {{ utc_day('tickets.created_at') }} as created_date,
        coalesce(routed.created_at, tickets.created_at) as counted_at,

        -- states at as_of
        unrouted.ticket_id is not null
        or coalesce(routed.is_open and routed.is_assignment_needed, false) as is_unassigned
    from tickets
    left join routed on tickets.ticket_id = routed.ticket_id
    left join {{ ref('fct_unrouted_tickets') }} as unrouted on tickets.ticket_id = unrouted.ticket_id
)

select * from final
