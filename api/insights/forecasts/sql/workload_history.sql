-- Days that are over, from the first ticket on: of the zone asked for, and of UTC, whose days are forecast.
bounds as (
    select
        greatest(local_today - :history_days::integer, local_begin) as local_first,
        local_today - 1 as local_last,
        greatest(published.as_of_day - :history_days::integer, utc_begin) as utc_first,
        published.as_of_day - 1 as utc_last
    from (
        select
            (published.data_as_of at time zone :tz::text)::date as local_today,
            (min(ticket_arrivals.starts_at) at time zone :tz::text)::date as local_begin,
            (min(ticket_arrivals.starts_at) at time zone 'UTC')::date as utc_begin
        from serving.ticket_arrivals
        having count(*) > 0
    ) as history
),
-- A day of any zone begins within a day of that of UTC.
arrivals as materialized (
    select
        local_at::date as local_day,
        extract(hour from local_at)::integer as hour,
        utc_day,
        sum(tickets) as tickets
    from (
        select
            ticket_arrivals.starts_at at time zone :tz::text as local_at,
            (ticket_arrivals.starts_at at time zone 'UTC')::date as utc_day,
            ticket_arrivals.tickets
        from serving.ticket_arrivals
        where ticket_arrivals.starts_at >= (
            select (least(local_first, utc_first) - 1)::timestamp at time zone 'UTC' from bounds
        )
    ) as quarters
    group by 1, 2, 3
),
local_days as (
    select
        days.day,
        coalesce(sum(arrivals.tickets), 0) as tickets
    from bounds
    cross join generate_series(local_first::timestamp, local_last::timestamp, interval '1 day') as days (day)
    left join arrivals on arrivals.local_day = days.day::date
    group by days.day
),
utc_days as (
    select
        days.day,
        coalesce(sum(arrivals.tickets), 0) as tickets
    from bounds
    cross join generate_series(utc_first::timestamp, utc_last::timestamp, interval '1 day') as days (day)
    left join arrivals on arrivals.utc_day = days.day::date
    group by days.day
),
total as (
    select
        coalesce(sum(local_days.tickets), 0) as tickets,
        count(*) as days
    from local_days
),
hours as (
    select
        hour,
        coalesce(counted.tickets, 0) as tickets
    from generate_series(0, 23) as hours (hour)
    left join (
        select
            arrivals.hour,
            sum(arrivals.tickets) as tickets
        from arrivals
        inner join bounds on arrivals.local_day between local_first and local_last
        group by arrivals.hour
    ) as counted using (hour)
),
weekdays as (
    select
        weekday,
        to_char(date '2026-03-01' + weekday, 'FMDay') as name,
        count(local_days.day) as days,
        coalesce(sum(local_days.tickets), 0) as tickets
    from generate_series(0, 6) as weekdays (weekday)
    left join local_days on weekday = extract(dow from local_days.day)
    group by weekday
),
intensities as (
    select
        weekdays.*,
        case
            when total.tickets = 0 then null
            when weekdays.tickets > 1.2 * total.tickets / 7 then 'high'
            when weekdays.tickets < 0.8 * total.tickets / 7 then 'low'
            else 'medium'
        end as intensity
    from weekdays
    cross join total
)
