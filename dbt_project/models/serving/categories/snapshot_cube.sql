{{ config(pre_hook="set local work_mem = '128MB'") }}

with daily_changes as (
    select
        members.series_key,
        leaf_days.day,
        {%- for status in ticket_statuses() %}
        sum(leaf_days.{{ snapshot_measure(status) }})::integer as {{ snapshot_measure(status) }},
        {%- endfor %}
        sum(leaf_days.tickets)::integer as tickets
    from {{ ref('int_snapshots__leaf_days') }} as leaf_days
    inner join {{ ref('int_snapshots__members') }} as members on leaf_days.leaf_key = members.leaf_key
    group by members.series_key, leaf_days.day
)

select
    series_key,
    day,
    {%- for status in ticket_statuses() %}
    sum({{ snapshot_measure(status) }}) over since_start::integer as {{ snapshot_measure(status) }},
    {%- endfor %}
    sum(tickets) over since_start::integer as tickets
from daily_changes
window since_start as (partition by series_key order by day rows unbounded preceding)
