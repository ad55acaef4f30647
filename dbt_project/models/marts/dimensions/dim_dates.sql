with tasks as (
    select min(created_at) as first_created_at from {{ ref('stg_ops__tasks') }}
),

-- Without a ticket there is still the day of the run.
span as (
    select
        {{ utc_day('tasks.first_created_at') }} as first_date,
        {{ utc_day('run_window.as_of') }} as last_date
    from {{ ref('int_run__window') }} as run_window
    cross join tasks
),

dates as (
    select days.day::date as date_day
    from span
    cross join generate_series(
        least(span.first_date, span.last_date)::timestamp, span.last_date::timestamp, interval '1 day'
    ) as days (day)
)

select
    date_day,
    date_trunc('week', date_day::timestamp)::date as week_start_date,
    date_trunc('month', date_day::timestamp)::date as month_start_date,
    date_trunc('quarter', date_day::timestamp)::date as quarter_start_date,
    extract(year from date_day)::integer as year_number,
    extract(month from date_day)::integer as month_number,
    extract(isoyear from date_day)::integer as iso_year_number,
    extract(week from date_day)::integer as iso_week_number,
    extract(isodow from date_day)::integer as weekday_number,
    to_char(date_day, 'FMDay') as weekday_name,
    extract(isodow from date_day) > 5 as is_weekend
from dates
