{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_since_first_change('day') }}"]
) }}

with changes as (
    select * from {{ ref('int_series__daily_changes') }}
),

first_days as (
    select
        series_key,
        user_id,
        min(day) as day
    from {{ ref('int_series__user_days') }}
    group by series_key, user_id
),

first_seen as (
    select
        series_key,
        day,
        count(*) as users
    from first_days
    where {{ since_first_change('day') }}
    group by series_key, day
),

-- What was counted before the first day that is made anew.
before as (
    select distinct on (series_key) *
    from {{ this if is_incremental() else ref('int_series__daily_changes') }}
    where {{ before_first_change('day') if is_incremental() else false }}
    order by series_key asc, day desc
)

select
    series_key,
    changes.day,
    {%- for measure in ticket_measures() %}
    (
        coalesce(before.{{ measure }}, 0) + sum(changes.{{ measure }}) over since_start
    )::{{ measure_type(measure) }} as {{ measure }},
    {%- endfor %}
    (
        {{ "coalesce(before.users, 0) + " if is_incremental() }}
        sum(coalesce(first_seen.users, 0)) over since_start
    )::integer as users
from changes
left join first_seen using (series_key, day)
left join before using (series_key)
window since_start as (partition by series_key order by changes.day rows unbounded preceding)
