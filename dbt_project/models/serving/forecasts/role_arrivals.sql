-- Summed up from the first item on, so that any stretch of days is the difference of two rows.
with counted as (
    select
        role_name as role,
        assigned_date as day,
        extract(hour from assigned_at at time zone 'UTC')::integer as hour,
        count(*) as items
    from {{ ref('fct_task_items') }}
    group by role, day, hour
),

days as (
    select distinct
        role,
        day
    from counted
),

summed as (
    select
        role,
        day,
        hour,
        sum(coalesce(counted.items, 0)) over (partition by role, hour order by day) as items
    from days
    cross join generate_series(0, 23) as hours (hour)
    left join counted using (role, day, hour)
)

select
    role,
    day,
    array_agg(items::integer order by hour) as items_to_date
from summed
group by role, day
