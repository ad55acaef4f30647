-- Hours that are over.
flow as (
    select
        to_json(hours.starts_at) #>> '{}' || 'Z' as date,
        coalesce(days.tickets_by_hour[extract(hour from hours.starts_at)::integer + 1], 0) as created
    from (select date_trunc('hour', published.data_as_of at time zone 'UTC') as running) as present
    cross join lateral generate_series(
        present.running - make_interval(days => :history_days::integer),
        present.running - interval '1 hour',
        interval '1 hour'
    ) as hours (starts_at)
    left join serving.ticket_hours as days
        on days.series_key = series.series_key and days.day = hours.starts_at::date
)
