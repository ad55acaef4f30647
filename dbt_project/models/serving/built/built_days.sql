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
