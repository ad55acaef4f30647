{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_since_first_change('month', month=true) }}"]
) }}

with user_days as (
    select
        series_key,
        day,
        lag(day) over (partition by series_key, user_id order by day) as previous_day
    from {{ ref('int_series__user_days') }}
),

-- Who is seen again moves from the day last seen to this one.
moves as (
    select series_key, day, day as last_seen, 1 as users from user_days
    union all
    select series_key, day, previous_day, -1 from user_days
    where previous_day is not null
),

by_day as (
    select
        series_key,
        date_trunc('month', day)::date as month,
        day,
        last_seen,
        sum(users)::integer as users
    from moves
    group by series_key, day, last_seen
),

reached as (
    select
        series_key,
        month,
        last_seen,
        sum(sum(users)) over by_month::integer as users,
        lead(month, 1, 'infinity') over by_month as next_month
    from by_day
    group by series_key, month, last_seen
    window by_month as (partition by series_key, last_seen order by month)
),

months as (
    select distinct series_key, month from reached
    where {{ since_first_change('month', month=true) }}
),

entries as (
    select series_key, month, day, last_seen, users from by_day
    where {{ since_first_change('month', month=true) }}
    union all
    select months.series_key, months.month, months.month - 1, reached.last_seen, reached.users
    from months
    inner join reached
        on
            months.series_key = reached.series_key
            and months.month > reached.month
            and months.month <= reached.next_month
    where reached.users > 0
)

select
    series_key,
    month,
    array_agg(day order by day, last_seen) as days,
    array_agg(last_seen order by day, last_seen) as last_seen,
    array_agg(users order by day, last_seen) as users
from entries
group by series_key, month
