with present as (
    select {{ utc_day('as_of') }} as today from {{ ref('int_run__window') }}
)

select
    date_trunc('hour', items.assigned_at, 'UTC') as starts_at,
    items.role_name as role,
    count(*)::integer as items
from {{ ref('fct_task_items') }} as items
cross join present
where items.assigned_date >= present.today - 367
group by starts_at, role
