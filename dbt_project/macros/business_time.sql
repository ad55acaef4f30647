{# Working seconds up to an instant, counted from the horizon of the calendar; from 1970 around the clock. #}
{% macro worked_until(calendar_revision_id, instant) -%}
    case
        when {{ calendar_revision_id }} is null then extract(epoch from {{ instant }})
        when {{ instant }} is not null then coalesce((
            select
                hours.worked_before_seconds
                + extract(epoch from least({{ instant }}, hours.closes_at) - hours.opens_at)
            from {{ ref('dim_calendar_intervals') }} as hours
            where hours.calendar_revision_id = {{ calendar_revision_id }} and hours.opens_at <= {{ instant }}
            order by hours.opens_at desc
            limit 1
        ), 0)
    end
{%- endmacro %}

{# Age of a ticket at an instant. Whole seconds since its creation, so that stretches of it add up. #}
{% macro age_seconds(clocks, instant) -%}
    floor(extract(epoch from {{ instant }} - {{ clocks }}.created_at))::bigint
{%- endmacro %}

{% macro business_age_seconds(clocks, instant) -%}
    floor(
        {{ worked_until(clocks ~ '.calendar_revision_id', instant) }} - {{ clocks }}.worked_at_creation_seconds
    )::bigint
{%- endmacro %}
