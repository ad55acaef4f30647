{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- What was told of a day by the last run before it, a week ahead at most; where there was none, what the
-- newest run would have told, from what was known then.
with run_window as (
    select
        {{ utc_day('as_of') }} as today,
        {{ utc_day('as_of') }} - {{ anomaly_counted_days() }} as first_day
    from {{ ref('int_run__window') }}
),

issued as (
    select distinct on ({{ utc_day('data_as_of') }})
        run_id,
        {{ utc_day('data_as_of') }} as issued_on
    from {{ ref('stg_ml__forecast_runs') }}
    cross join run_window
    where
        kind = 'ticket_volume'
        and {{ utc_day('data_as_of') }} between run_window.first_day - 6 and run_window.today
    order by {{ utc_day('data_as_of') }} asc, run_id desc
),

series as (
    select
        run_id,
        series_key,
        case when category is null then 'volume' else 'category' end as metric,
        coalesce(category, '') as dimension
    from {{ ref('stg_ml__forecast_series') }}
    where num_nonnulls(department, sub_category, workflow_id, priority) = 0
),

told as (
    select distinct on (series.metric, series.dimension, points.period_start_date)
        series.metric,
        series.dimension,
        points.period_start_date as day,
        points.predicted
    from issued
    inner join series using (run_id)
    inner join {{ ref('stg_ml__forecast_points') }} as points
        on
            series.run_id = points.run_id
            and series.series_key = points.series_key
            and points.granularity = 'daily'
            and points.period_start_date between issued.issued_on and issued.issued_on + 6
    cross join run_window
    where points.period_start_date between run_window.first_day and run_window.today
    order by series.metric asc, series.dimension asc, points.period_start_date asc, issued.issued_on desc
),

known as (
    select * from told
    union all
    select
        series.metric,
        series.dimension,
        backtests.ds as day,
        backtests.predicted
    from {{ ref('stg_ml__forecast_backtests') }} as backtests
    inner join series using (run_id, series_key)
    cross join run_window
    where
        backtests.ds >= run_window.first_day
        and not exists (
            select from told
            where (told.metric, told.dimension, told.day) = (series.metric, series.dimension, backtests.ds)
        )
),

-- Errors in units of what chance makes of a count of that size, comparable between busy and quiet days.
erred as (
    select
        known.*,
        sqrt(greatest(known.predicted, 1)) as unit,
        abs(coalesce(counted.counted, 0) - known.predicted) / sqrt(greatest(known.predicted, 1)) as error,
        holidays.day is not null as is_holiday
    from known
    left join {{ ref('int_operational__daily_counts') }} as counted using (metric, dimension, day)
    left join {{ ref('days_off') }} as holidays on known.day = holidays.day
),

-- No day has a say in what it is held to itself.
compared as (
    select
        *,
        array_agg(error) filter (where not is_holiday) over (
            partition by metric, dimension
            order by day
            rows between unbounded preceding and 1 preceding
        ) as earlier
    from erred
)

select
    compared.metric,
    compared.dimension,
    compared.day,
    compared.predicted,
    compared.unit * usual.error / 0.6745 as spread
from compared
inner join lateral (
    select percentile_cont(0.5) within group (order by past.error) as error
    from unnest(compared.earlier) as past (error)
) as usual on cardinality(compared.earlier) >= {{ 7 * anomaly_min_weeks() }}
cross join run_window
where compared.day >= run_window.today - {{ anomaly_judged_days() }}
