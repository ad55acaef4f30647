{# Tables that are rebuilt from the first day that changed. #}
{% macro rebuilt_from_first_change() -%}
    {{ return(["ticket_cube", "user_days", "work_cube", "duration_histogram", "durations_to_date", "ticket_versions"]) }}
{%- endmacro %}

{# What those tables are made by beside their facts: whoever changes it has all of them made anew. #}
{% macro definition_of_rebuilt() -%}
    {{ return(local_md5(
        (ticket_measures() ~ work_measures() ~ work_dimensions() ~ work_masks() ~ duration_masks()) | string
        ~ histogram_bucket("seconds") ~ mergeable_histogram("day_buckets")
    )) }}
{%- endmacro %}

{# The first day that changed since the last build, or the first of its month. #}
{% macro first_changed_day(month=false) -%}
    (
        select {{ "date_trunc('month', first_day)::date" if month else "first_day" }}
        from {{ ref('int_changes__first_day') }}
    )
{%- endmacro %}

{# Days from the first one that changed since the last build; from the beginning of its month for what is
   kept by month. A step of a backfill ends with its last day, or with that day's month. #}
{% macro since_first_change(day, month=false) -%}
    {{ day }} >= {{ first_changed_day(month) }}
    {%- if var('last_day') and month %}
    and {{ day }} < date_trunc('month', date '{{ var("last_day") }}') + interval '1 month'
    {%- elif var('last_day') %}
    and {{ day }} <= date '{{ var("last_day") }}'
    {%- endif %}
{%- endmacro %}

{# Days before all of those. #}
{% macro before_first_change(day, month=false) -%}
    {{ day }} < {{ first_changed_day(month) }}
{%- endmacro %}

{# Hook of a table that keeps what came before. #}
{% macro forget_since_first_change(day, month=false) -%}
    {% if is_incremental() %}delete from {{ this }} where {{ since_first_change(day, month) }}{% endif %}
{%- endmacro %}

{# Hook of a table of durations: what is made anew of the series that changed goes first. #}
{% macro forget_changed_durations(month=none) -%}
    {% if is_incremental() -%}
        delete from {{ this }} as built using {{ ref('int_durations__changed') }} as changed
        where
            built.series_key = changed.series_key
            and built.measure = changed.measure
            {% if month -%}
            and built.bucket_group = changed.bucket_group
            and {{ since_first_change('built.' ~ month, month=true) }}
            {%- endif %}
    {%- endif %}
{%- endmacro %}

{# The kind of the one row of `built_days` that says from which day on a backfill has yet to build. #}
{% macro yet_to_be_built() -%}
    {{ return("yet to be built") }}
{%- endmacro %}
