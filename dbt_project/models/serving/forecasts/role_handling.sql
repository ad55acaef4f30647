-- Nobody writes down when work on an item begins. It cannot have begun before the item was assigned, nor,
-- one thing being done at a time, before the same person resolved the one before.
with present as (
    select {{ utc_day('as_of') }} as today from {{ ref('int_run__window') }}
),

resolved as (
    select
        role_name,
        assigned_at,
        acted_at,
        lag(acted_at) over (partition by user_id order by acted_at, task_item_id) as acted_before_at
    from {{ ref('fct_task_items') }}
    where status = 'resolved' and acted_at is not null
),

-- Nights and weekends are no work: nothing counts for more than a working day.
handled as (
    select
        resolved.role_name,
        least(
            extract(epoch from resolved.acted_at - greatest(resolved.assigned_at, resolved.acted_before_at)),
            8 * 3600
        ) as seconds
    from resolved
    cross join present
    where {{ utc_day('resolved.acted_at') }} >= present.today - 365
)

select
    role_name as role,
    count(*)::integer as handled_items,
    percentile_cont(0.5) within group (order by seconds) as handling_seconds
from handled
group by role_name
