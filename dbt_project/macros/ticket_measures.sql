{% macro ticket_measures() -%}
    {{ return([
        "tickets", "pending", "in_progress", "on_hold", "completed", "cancelled", "pending_external",
        "sla_met", "sla_breached", "sla_on_track", "sla_at_risk", "sla_critical", "sla_none",
        "age_0_1", "age_1_7", "age_7_30", "age_30_90", "age_90_plus",
        "open_age_0_1", "open_age_1_7", "open_age_7_30", "open_age_30_90", "open_age_90_plus",
        "resolutions", "resolution_seconds", "first_responses", "first_response_seconds",
        "escalated", "transferred", "unassigned", "resolved_flow", "cancelled_flow",
    ]) }}
{%- endmacro %}

{# Whole numbers add up fastest as integers; only sums of seconds outgrow them. #}
{% macro measure_type(measure) -%}
    {{ return("bigint" if measure.endswith("_seconds") else "integer") }}
{%- endmacro %}
