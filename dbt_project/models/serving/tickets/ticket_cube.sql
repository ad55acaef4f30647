{{ config(pre_hook="set local work_mem = '128MB'") }}

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
    group by series_key, day
)

select
    series_key,
    day,
    {%- for measure in ticket_measures() if measure not in ('resolved_flow', 'cancelled_flow') %}
    sum({{ measure }}) over since_start::{{ measure_type(measure) }} as {{ measure }},
    {%- endfor %}
    sum(coalesce(first_seen.users, 0)) over since_start::integer as users,
    sum(resolved_flow) over since_start::integer as resolved_flow,
    sum(cancelled_flow) over since_start::integer as cancelled_flow
from changes
left join first_seen using (series_key, day)
window since_start as (partition by series_key order by day rows unbounded preceding)
