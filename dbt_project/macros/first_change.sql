{# Tables that are rebuilt from the first day that changed. #}
{% macro rebuilt_from_first_change() -%}
    {{ return(["ticket_cube", "user_days", "work_cube", "duration_histogram", "ticket_versions"]) }}
{%- endmacro %}

{# What those tables are made by beside their facts: whoever changes it has all of them made anew. #}
{% macro definition_of_rebuilt() -%}
    {{ return(local_md5(
        (ticket_measures() ~ work_measures() ~ work_dimensions() ~ work_masks() ~ duration_masks()) | string
        ~ histogram_bucket("seconds") ~ mergeable_histogram("day_buckets")
    )) }}
{%- endmacro %}

{# Days from the first one that changed since the last build; from the beginning of its month for what is
   kept by month. #}
{% macro since_first_change(day, month=false) -%}
    {{ day }} >= (
        select {{ "date_trunc('month', first_day)::date" if month else "first_day" }}
        from {{ ref('int_changes__first_day') }}
    )
{%- endmacro %}

{# Hook of a table that keeps what came before. #}
{% macro forget_since_first_change(day, month=false) -%}
    {% if is_incremental() %}delete from {{ this }} where {{ since_first_change(day, month) }}{% endif %}
{%- endmacro %}
