{# The first instant at which so many seconds have been worked, counted as `worked_until` counts them. #}
{% macro instant_worked(calendar_revision_id, seconds) -%}
    case
        when {{ calendar_revision_id }} is null
            then timestamptz 'epoch' + make_interval(secs => ({{ seconds }})::double precision)
        else (
            select
                hours.opens_at
                + make_interval(secs => ({{ seconds }} - hours.worked_before_seconds)::double precision)
            from {{ ref('dim_calendar_intervals') }} as hours
            where
                hours.calendar_revision_id = {{ calendar_revision_id }}
                and hours.worked_before_seconds < {{ seconds }}
            order by hours.worked_before_seconds desc
            limit 1
        )
    end
{%- endmacro %}
