with flows as (
    select
        department, category, sub_category, workflow_id, priority,
        created_date as day,
        1 as opened,
        0 as resolved,
        0 as cancelled
    from {{ ref('fct_tickets') }}
    union all
    select
        department, category, sub_category, workflow_id, priority,
        {{ utc_day('coalesce(cancelled_at, resolved_at)') }} as day,
        0 as opened,
        case when status = 'completed' then 1 else 0 end as resolved,
        case when status = 'cancelled' then 1 else 0 end as cancelled
    from {{ ref('fct_tickets') }}
    where not is_open
),

daily as (
    select
        department, category, sub_category, workflow_id, priority, day,
        sum(opened)::integer as opened,
        sum(resolved)::integer as resolved,
        sum(cancelled)::integer as cancelled
    from flows
    group by department, category, sub_category, workflow_id, priority, day
)

select
    day as date_day,
    department,
    category,
    sub_category,
    workflow_id,
    priority,
    opened,
    resolved,
    cancelled,
    (
        sum(opened - resolved - cancelled) over (
            partition by department, category, sub_category, workflow_id, priority order by day
        )
    )::integer as backlog
from daily
