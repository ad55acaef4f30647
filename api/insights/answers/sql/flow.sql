base as (
    select
        coalesce(max(cube.tickets), 0) as created,
        coalesce(max(cube.resolved_flow), 0) as resolved,
        coalesce(max(cube.cancelled_flow), 0) as cancelled
    from (
        select * from serving.ticket_cube
        where ticket_cube.series_key = series.series_key and ticket_cube.day < (select first_day from bounds)
        order by ticket_cube.day desc
        limit 1
    ) as cube
),
reached as (
    select
        date_trunc(:granularity::text, ticket_cube.day::timestamp)::date as period,
        max(ticket_cube.tickets) as created,
        max(ticket_cube.resolved_flow) as resolved,
        max(ticket_cube.cancelled_flow) as cancelled
    from serving.ticket_cube
    where
        ticket_cube.series_key = series.series_key
        and ticket_cube.day between (select first_day from bounds) and (select last_day from bounds)
    group by period
),
-- Cumulative counts never fall, so the largest one so far is the one in force.
filled as (
    select
        periods.period::date as period,
        greatest(base.created, max(reached.created) over before_and_here) as created,
        greatest(base.resolved, max(reached.resolved) over before_and_here) as resolved,
        greatest(base.cancelled, max(reached.cancelled) over before_and_here) as cancelled
    from bounds
    cross join base
    cross join lateral generate_series(
        date_trunc(:granularity::text, bounds.first_day::timestamp),
        bounds.last_day::timestamp,
        ('1 ' || :granularity::text)::interval
    ) as periods (period)
    left join reached on reached.period = periods.period::date
    window before_and_here as (order by periods.period)
),
flow as (
    select
        filled.period as date,
        filled.created - lag(filled.created, 1, base.created) over in_order as created,
        filled.resolved - lag(filled.resolved, 1, base.resolved) over in_order as resolved,
        filled.created - filled.resolved - filled.cancelled as backlog
    from filled
    cross join base
    window in_order as (order by filled.period)
)
