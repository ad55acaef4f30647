{{ config(materialized='refilled', unlogged=true) }}

-- Each day of each count beside what the same weekday had in the weeks before it. A baseline begins with
-- the first whole day on which there could have been something to count.
with run_window as (
    select {{ utc_day('as_of') }} as today from {{ ref('int_run__window') }}
),

begun as (
    select
        'category' as metric,
        category as dimension,
        null::bigint as user_id,
        min(created_date) + 1 as first_day
    from {{ ref('fct_tickets') }}
    group by category
    union all
    select
        'user' as metric,
        user_id::text as dimension,
        user_id,
        min(assigned_date) + 1 as first_day
    from {{ ref('fct_task_items') }}
    group by user_id
    union all
    select
        wholes.metric,
        '' as dimension,
        null::bigint as user_id,
        (select min(created_date) + 1 from {{ ref('fct_tickets') }}) as first_day
    from (values ('volume'), ('escalation'), ('stale')) as wholes (metric)
),

days as (
    select
        begun.*,
        run_window.today,
        run_window.today - back.number as day
    from begun
    cross join run_window
    cross join generate_series(0, {{ anomaly_days() }}) as back (number)
),

counted_ones as (
    select distinct
        metric,
        dimension
    from {{ ref('int_operational__daily_counts') }}
),

-- A person or category that had nothing for all that time has no day worth judging.
alive as (
    select days.*
    from days
    left join counted_ones using (metric, dimension)
    where counted_ones.metric is not null or days.metric not in ('category', 'user')
),

weeks as (
    select
        alive.metric,
        alive.dimension,
        alive.day,
        coalesce(counted.counted, 0) as counted
    from alive
    cross join generate_series(1, {{ anomaly_weeks() }}) as week (number)
    left join {{ ref('int_operational__daily_counts') }} as counted
        on
            alive.metric = counted.metric
            and alive.dimension = counted.dimension
            and alive.day - 7 * week.number = counted.day
    where alive.day - 7 * week.number >= alive.first_day
),

medians as (
    select
        metric,
        dimension,
        day,
        count(*) as baseline_days,
        percentile_cont(0.5) within group (order by counted) as median
    from weeks
    group by metric, dimension, day
),

deviations as (
    select
        weeks.metric,
        weeks.dimension,
        weeks.day,
        percentile_cont(0.5) within group (order by abs(weeks.counted - medians.median)) as mad
    from weeks
    inner join medians using (metric, dimension, day)
    group by weeks.metric, weeks.dimension, weeks.day
)

select
    alive.metric,
    alive.dimension,
    alive.user_id,
    alive.day,
    coalesce(counted.counted, 0)::integer as counted,
    alive.day < alive.today as is_complete,
    coalesce(medians.baseline_days, 0)::integer as baseline_days,
    case when medians.baseline_days >= {{ anomaly_min_weeks() }} then medians.median end as expected,
    -- Eight days say little about their spread: it is never taken for less than chance alone makes of a
    -- count of that size.
    case
        when medians.baseline_days >= {{ anomaly_min_weeks() }}
            then greatest(deviations.mad / 0.6745, sqrt(greatest(medians.median, 1)))
    end as spread
from alive
left join {{ ref('int_operational__daily_counts') }} as counted using (metric, dimension, day)
left join medians using (metric, dimension, day)
left join deviations using (metric, dimension, day)
