{{ config(materialized='refilled', unlogged=true) }}

-- Each day of each count beside what the same weekday had in the weeks before it. A baseline begins with
-- the first whole day on which there could have been something to count, and knows no holidays.
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

counted_ones as (
    select distinct
        metric,
        dimension
    from {{ ref('int_operational__daily_counts') }}
),

-- A person or category that had nothing for all that time has no day worth judging.
alive as (
    select begun.*
    from begun
    left join counted_ones using (metric, dimension)
    where counted_ones.metric is not null or begun.metric not in ('category', 'user')
),

-- Materialized, so that the days are looked up by a hash and not by going through those of each count.
days as materialized (
    select
        alive.*,
        run_window.today,
        run_window.today - back.number as day
    from alive
    cross join run_window
    cross join generate_series(0, {{ anomaly_counted_days() }}) as back (number)
),

counted_days as (
    select
        days.*,
        coalesce(counted.counted, 0) as counted,
        holidays.day is not null as is_holiday
    from days
    left join {{ ref('int_operational__daily_counts') }} as counted using (metric, dimension, day)
    left join {{ ref('days_off') }} as holidays on days.day = holidays.day
),

compared as (
    select
        *,
        array_agg(counted) filter (where day >= first_day and not is_holiday) over (
            partition by metric, dimension, extract(isodow from day)
            order by day
            rows between {{ anomaly_weeks() }} preceding and 1 preceding
        ) as earlier
    from counted_days
),

judged as (
    select
        compared.*,
        coalesce(cardinality(compared.earlier), 0) as baseline_days,
        typical.median
    from compared
    left join lateral (
        select percentile_cont(0.5) within group (order by known.counted) as median
        from unnest(compared.earlier) as known (counted)
    ) as typical on cardinality(compared.earlier) >= {{ anomaly_min_weeks() }}
    where compared.day >= compared.today - {{ anomaly_judged_days() }}
)

select
    judged.metric,
    judged.dimension,
    judged.user_id,
    judged.day,
    judged.counted::integer as counted,
    judged.day < judged.today as is_complete,
    judged.is_holiday,
    judged.baseline_days,
    judged.median as expected,
    deviations.mad / 0.6745 as spread
from judged
left join lateral (
    select percentile_cont(0.5) within group (order by abs(known.counted - judged.median)) as mad
    from unnest(judged.earlier) as known (counted)
) as deviations on judged.median is not null
