{{ config(materialized='table', unlogged=true) }}

-- depends_on: {{ ref('int_changes__day_digests') }}

{# The last build says which days it was made of; without it, or without a table that it left, everything
   is made anew. A build that ended half-way may have left days of its own: it began at its first day. #}
{% set built = adapter.get_relation(this.database, 'build', 'built_days') %}
{% set tables = namespace(missing=false) %}
{% if execute %}
    {% for table in rebuilt_from_first_change() %}
        {% if not adapter.get_relation(this.database, 'build', table) %}
            {% set tables.missing = true %}
        {% endif %}
    {% endfor %}
{% endif %}
{% set unfinished = adapter.get_relation(this.database, this.schema, this.identifier) %}
{# A publication sets it to infinity; until then each build may have reached back further than the next. #}
{% set tells_unpublished = execute and unfinished
    and 'unpublished_from' in (adapter.get_columns_in_relation(unfinished) | map(attribute='name')) %}

{% if flags.FULL_REFRESH or tables.missing or not built %}
select
    date '-infinity' as first_day,
    date '-infinity' as unpublished_from,
    run_window.as_of
from {{ ref('int_run__window') }} as run_window
{% else %}
with changed as (
    select min(coalesce(digests.day, built.day)) as first_day
    from {{ ref('int_changes__day_digests') }} as digests
    full join {{ built }} as built on digests.kind = built.kind and digests.day = built.day
    where digests.digest is distinct from built.digest
),

last_build as (
    select
        max(as_of) as as_of,
        bool_and(definition = '{{ definition_of_rebuilt() }}') as is_same_definition
    from {{ built }}
),

half_way as (
    {% if unfinished %}
    select min(earlier.first_day) as first_day
    from {{ unfinished }} as earlier
    inner join last_build on earlier.as_of <> last_build.as_of
    {% else %}
    select null::date as first_day
    {% endif %}
),

unpublished as (
    {% if tells_unpublished %}
    select coalesce(min(unpublished_from), '-infinity') as first_day from {{ unfinished }}
    {% else %}
    select date '-infinity' as first_day
    {% endif %}
),

this_build as (
    select
        case
            when coalesce(last_build.is_same_definition, false)
                then least(changed.first_day, half_way.first_day, {{ utc_day('run_window.as_of') }})
            else '-infinity'
        end as first_day,
        run_window.as_of
    from {{ ref('int_run__window') }} as run_window
    cross join changed
    cross join last_build
    cross join half_way
)

select
    this_build.first_day,
    least(this_build.first_day, unpublished.first_day) as unpublished_from,
    this_build.as_of
from this_build
cross join unpublished
{% endif %}
