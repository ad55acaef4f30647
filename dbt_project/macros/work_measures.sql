{# Measures of the work, by what their day means. #}
{% macro work_measures() -%}
    {{ return([
        "items", "items_new", "items_in_progress", "items_resolved", "items_reassigned", "items_escalated",
        "items_open", "origin_system", "origin_transferred", "origin_escalation",
        "new_on_track", "new_at_risk", "new_breached",
        "in_progress_on_track", "in_progress_at_risk", "in_progress_breached",
        "resolved_met", "resolved_missed", "escalated_in_time", "escalated_missed", "reassigned_with_target",
        "actions", "action_seconds", "item_resolutions", "item_resolution_seconds",
        "handed_over", "initiated",
        "noted_new", "noted_in_progress", "noted_resolved", "noted_reassigned", "noted_escalated",
        "noted_breached",
        "visits", "visits_completed", "visits_rejected", "visits_open", "visit_seconds",
    ]) }}
{%- endmacro %}

{# Dimensions of the work in the order of the bits of `kept` and of the arguments of serving.work_key. #}
{% macro work_dimensions() -%}
    {{ return([
        "department", "category", "sub_category", "workflow_id", "step_id", "priority", "role", "user_id", "source"
    ]) }}
{%- endmacro %}

{# Which dimensions the published series keep: none, each alone, the pairs that are asked for together, those
   with few values together (377; 379 with the category; 489 with the person, without the step), and all of
   them. What is between is the sum of the narrowest that keeps it. #}
{% macro work_masks() -%}
    {{ return([
        0, 1, 2, 4, 8, 16, 32, 64, 128, 256,
        9, 10, 40, 3, 33, 34, 6, 48, 17, 18, 96, 65, 66, 72, 160, 129, 130, 136,
        377, 379, 489, 511,
    ]) }}
{%- endmacro %}

{# Histograms are kept for fewer: they weigh more. #}
{% macro duration_masks() -%}
    {{ return([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 377, 379, 489, 511]) }}
{%- endmacro %}
