{{ config(pre_hook="set local work_mem = '128MB'") }}

with present as (
    select {{ utc_day('as_of') }} as today from {{ ref('int_run__window') }}
),

-- Of each day the last run, as far ahead as candidates are judged in backtests.
issued as (
    select distinct on ({{ utc_day('data_as_of') }})
        run_id,
        {{ utc_day('data_as_of') }} as issued_on
    from {{ ref('stg_ml__forecast_runs') }}
    cross join present
    where kind = 'ticket_volume' and {{ utc_day('data_as_of') }} >= present.today - 180
    order by {{ utc_day('data_as_of') }} asc, run_id desc
),

points as (
    select
        points.series_key,
        points.period_start_date as ds,
        points.period_start_date - issued.issued_on + 1 as days_ahead,
        issued.issued_on,
        issued.run_id,
        series.champion,
        series.is_fallback as fallback,
        series.train_start_date,
        points.predicted,
        points.lower_80,
        points.upper_80,
        points.lower_90,
        points.upper_90,
        points.lower_95,
        points.upper_95
    from issued
    inner join {{ ref('stg_ml__forecast_series') }} as series using (run_id)
    inner join {{ ref('stg_ml__forecast_points') }} as points using (run_id, series_key)
    cross join present
    where
        points.granularity = 'daily'
        and points.period_start_date between issued.issued_on and issued.issued_on + 27
        and points.period_start_date < present.today
),

-- The same weekday in the last four weeks that were over when the forecast was made.
known as (
    select
        points.series_key,
        points.ds,
        points.days_ahead,
        weeks.number,
        points.ds - 7 * ((points.days_ahead + 6) / 7 + weeks.number) as day,
        points.train_start_date
    from points
    cross join generate_series(0, 3) as weeks (number)
),

baselines as (
    select
        known.series_key,
        known.ds,
        known.days_ahead,
        max(coalesce(volume.ticket_count, 0))
        filter (where known.number = 0 and known.day >= known.train_start_date) as seasonal_naive,
        case when min(known.day) >= min(known.train_start_date) then avg(coalesce(volume.ticket_count, 0)) end
            as weekday_mean
    from known
    left join {{ ref('ticket_volume') }} as volume using (series_key, day)
    group by known.series_key, known.ds, known.days_ahead
)

select
    points.series_key,
    points.ds,
    points.days_ahead,
    points.issued_on,
    points.run_id,
    points.champion,
    points.fallback,
    points.predicted,
    points.lower_80,
    points.upper_80,
    points.lower_90,
    points.upper_90,
    points.lower_95,
    points.upper_95,
    coalesce(volume.ticket_count, 0) as actual,
    baselines.seasonal_naive::double precision as seasonal_naive,
    baselines.weekday_mean::double precision as weekday_mean
from points
inner join baselines using (series_key, ds, days_ahead)
left join {{ ref('ticket_volume') }} as volume
    on points.series_key = volume.series_key and points.ds = volume.day
