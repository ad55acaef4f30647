-- Made after them:
{% for table in rebuilt_from_first_change() %}
-- depends_on: {{ ref(table) }}
{% endfor %}
select
    digests.kind,
    digests.day,
    digests.digest,
    '{{ definition_of_rebuilt() }}' as definition,
    run_window.as_of
from {{ ref('int_changes__day_digests') }} as digests
cross join {{ ref('int_run__window') }} as run_window
{% if var('last_day') -%}
where digests.day <= date '{{ var("last_day") }}'
union all
select
    '{{ yet_to_be_built() }}',
    date '{{ var("last_day") }}' + 1,
    0,
    '{{ definition_of_rebuilt() }}',
    as_of
from {{ ref('int_run__window') }}
{%- endif %}
