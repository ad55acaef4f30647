{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_since_first_change('day') }}"]
) }}

-- depends_on: {{ ref('int_changes__first_day') }}
with changes as (
    select * from {{ ref('int_work__daily_changes') }}
),

-- What was counted before the first day that is made anew.
before as (
    select distinct on (series_key) *
    from {{ this if is_incremental() else ref('int_work__daily_changes') }}
    where {{ before_first_change('day') if is_incremental() else false }}
    order by series_key asc, day desc
)

select
    series_key,
    {%- for measure in work_measures() %}
    (
        coalesce(before.{{ measure }}, 0) + sum(changes.{{ measure }}) over since_start
    )::{{ measure_type(measure) }} as {{ measure }},
    {%- endfor %}
    changes.day
from changes
left join before using (series_key)
window since_start as (partition by series_key order by changes.day rows unbounded preceding)
