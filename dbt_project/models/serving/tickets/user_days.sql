{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_since_first_change('month', month=true) }}"]
) }}

with changed_days as (
    select * from {{ ref('int_series__user_days') }}
    where {{ since_first_change('day', month=true) }}
),

-- When they were last seen before the days that are made anew.
last_days as (
    select
        series_key,
        user_id,
        max(day) as day
    from {{ ref('int_series__user_days') }}
    where {{ before_first_change('day', month=true) }}
    group by series_key, user_id
),

seen as (
    select
        series_key,
        day,
        lag(day) over (partition by series_key, user_id order by day) as previous_day
    from (
        select series_key, user_id, day from changed_days
        union all
        select series_key, user_id, day from last_days
    ) as days
),

-- Who is seen again moves from the day last seen to this one.
moves as (
    select series_key, day, day as last_seen, 1 as users from seen
    union all
    select series_key, day, previous_day, -1 from seen
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
    where {{ since_first_change('day', month=true) }}
    group by series_key, day, last_seen
),

{{ summed_by_month(
    ["series_key"], "last_seen", "last_seen", "users", "users", this if is_incremental() else none
) }}
