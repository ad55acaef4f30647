{{ config(pre_hook="set local work_mem = '128MB'") }}

select
    series_key,
    {%- for measure in work_measures() %}
    sum({{ measure }}) over since_start::{{ measure_type(measure) }} as {{ measure }},
    {%- endfor %}
    day
from {{ ref('int_work__daily_changes') }}
window since_start as (partition by series_key order by day rows unbounded preceding)
