with bounds as (
    select
        coalesce(:start_date::date, last_day - :days::integer + 1) as first_day,
        last_day
    from (select least(:end_date::date, published.as_of_day) as last_day) as newest
),
-- The days of the range and the last one before it, from which its changes are counted.
reached as (
    select part.series_key, cube.*
    from unnest(series.series_keys) as part (series_key)
    cross join bounds
    cross join lateral (
        (
            select {{ noted_columns }} from serving.work_cube
            where work_cube.series_key = part.series_key and work_cube.day < bounds.first_day
            order by work_cube.day desc
            limit 1
        )
        union all
        (
            select {{ noted_columns }} from serving.work_cube
            where
                work_cube.series_key = part.series_key
                and work_cube.day between bounds.first_day and bounds.last_day
        )
    ) as cube
),
changes as (
    select
        day,
        noted_new - lag(noted_new, 1, 0) over in_order as new,
        noted_in_progress - lag(noted_in_progress, 1, 0) over in_order as in_progress,
        noted_escalated - lag(noted_escalated, 1, 0) over in_order as escalated,
        noted_reassigned - lag(noted_reassigned, 1, 0) over in_order as transferred,
        noted_resolved - lag(noted_resolved, 1, 0) over in_order as resolved,
        noted_breached - lag(noted_breached, 1, 0) over in_order as breached
    from reached
    window in_order as (partition by series_key order by day)
),
summed as (
    select
        date_trunc(:granularity::text, changes.day::timestamp)::date as period,
        sum(new) as new,
        sum(in_progress) as in_progress,
        sum(escalated) as escalated,
        sum(transferred) as transferred,
        sum(resolved) as resolved,
        sum(breached) as breached
    from changes
    cross join bounds
    where changes.day >= bounds.first_day
    group by period
),
noted as (
    select
        periods.period::date as date,
        coalesce(summed.new, 0) as new,
        coalesce(summed.in_progress, 0) as in_progress,
        coalesce(summed.escalated, 0) as escalated,
        coalesce(summed.transferred, 0) as transferred,
        coalesce(summed.resolved, 0) as resolved,
        coalesce(summed.breached, 0) as breached
    from bounds
    cross join lateral generate_series(
        date_trunc(:granularity::text, bounds.first_day::timestamp),
        bounds.last_day::timestamp,
        ('1 ' || :granularity::text)::interval
    ) as periods (period)
    left join summed on summed.period = periods.period::date
)
select json_build_object(
    'date_range', (select json_build_object('start_date', first_day, 'end_date', last_day) from bounds),
    {{ provenance }},
    'granularity', :granularity::text,
    'time_period_days', (select greatest(last_day - first_day + 1, 0) from bounds),
    'summary', json_build_object(
        'new', coalesce(sum(noted.new), 0),
        'in_progress', coalesce(sum(noted.in_progress), 0),
        'escalated', coalesce(sum(noted.escalated), 0),
        'transferred', coalesce(sum(noted.transferred), 0),
        'resolved', coalesce(sum(noted.resolved), 0),
        'breached', coalesce(sum(noted.breached), 0)
    ),
    'trends', coalesce(json_agg(row_to_json(noted) order by noted.date), '[]')
)
from noted
