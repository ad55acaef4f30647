{{ config(
    materialized='refilled', unlogged=true, pre_hook="set local work_mem = '128MB'", post_hook='analyze {{ this }}'
) }}

select
    members.series_key,
    {%- for measure in ticket_measures() %}
    sum(changes.{{ measure }})::{{ measure_type(measure) }} as {{ measure }},
    {%- endfor %}
    changes.day
from {{ ref('int_series__leaf_changes') }} as changes
inner join {{ ref('int_series__members') }} as members on changes.leaf_id = members.leaf_id
where {{ since_first_change('changes.day') }}
group by members.series_key, changes.day
