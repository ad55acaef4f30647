{# A deadline as it was before the pauses that ended later moved it. #}
{% macro moved_back(stretches, deadline) -%}
    {% set instant = stretches ~ '.' ~ deadline -%}
    case
        when {{ stretches }}.later_pause_seconds = 0 or {{ instant }} is null then {{ instant }}
        else {{ instant_worked(
            stretches ~ '.calendar_revision_id',
            '(' ~ worked_until(stretches ~ '.calendar_revision_id', instant)
            ~ ' - ' ~ stretches ~ '.later_pause_seconds)'
        ) }}
    end
{%- endmacro %}

{# Which share of the time that is allowed has run at a deadline; null without a target. #}
{% macro share_of_allowed(stretches, deadline) -%}
    round((
        {{ worked_until(stretches ~ '.calendar_revision_id', stretches ~ '.' ~ deadline) }}
        - {{ worked_until(stretches ~ '.calendar_revision_id', stretches ~ '.sla_started_at') }}
        - {{ stretches }}.hold_seconds
    ) / {{ stretches }}.allowed_seconds, 4)
{%- endmacro %}

{# The instant at which a share of what was promised has run. #}
{% macro promised_deadline(promised, share) -%}
    case when {{ promised }}.promised_seconds is not null then ops.working_target(
        {{ promised }}.promised_by,
        {{ promised }}.sla_started_at,
        ceil({{ promised }}.promised_seconds * {{ share }} * 1000000) / 1000000 + {{ promised }}.held_seconds
    ) end
{%- endmacro %}
