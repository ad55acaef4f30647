-- One row: the forecast of all tickets for the next week beside the tickets of the last four.
with run_window as (
    select (as_of at time zone 'UTC')::date as today from intermediate.int_run__window
),

bounds as (
    select points.*
    from build.forecast_points as points
    where points.series_key = serving.series_key(null, null, null, null, null) and points.granularity = 'daily'
),

ahead as (
    select
        sum(predicted) as predicted,
        count(*) as days,
        max(predicted) - min(predicted) as spread
    from bounds
    cross join run_window
    where ds > run_window.today and ds <= run_window.today + 7
),

past as (
    select
        sum(tickets) / 4.0 as week,
        max(tickets) - min(tickets) as spread
    from (
        select count(ticket.task_id) as tickets
        from run_window
        cross join generate_series(1, 28) as back (days)
        left join marts.fct_tickets as ticket on ticket.created_date = run_window.today - back.days
        group by back.days
    ) as daily
)

select
    (
        select count(*) from build.forecast_points
        where
            'NaN' in (predicted, lower_80, upper_80, lower_90, upper_90, lower_95, upper_95)
            or 'Infinity' in (predicted, upper_80, upper_90, upper_95)
    ) as not_finite,
    case when ahead.days = 7 and past.week >= 20 then (ahead.predicted / past.week)::float8 end as week_ratio,
    case when ahead.days = 7 and past.week >= 100 then (ahead.spread = 0 and past.spread > 0)::integer
    end as is_flat
from ahead
cross join past
