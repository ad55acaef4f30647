{% macro ticket_statuses() -%}
    {{ return([
        "New", "Open", "In Progress", "On Hold", "Pending", "Pending External", "Resolved", "Rejected",
        "Withdrawn", "Closed",
    ]) }}
{%- endmacro %}

{% macro snapshot_measure(status) -%}
    {{ return("status_" ~ (status | lower | replace(" ", "_"))) }}
{%- endmacro %}
