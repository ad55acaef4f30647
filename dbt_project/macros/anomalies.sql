{# How many days can be asked for, and over how many weeks up to each of them alarms are counted. #}
{% macro anomaly_days() -%}{{ return(90) }}{%- endmacro %}

{% macro anomaly_budget_weeks() -%}{{ return(4) }}{%- endmacro %}

{% macro anomaly_judged_days() -%}{{ return(anomaly_days() + 7 * anomaly_budget_weeks()) }}{%- endmacro %}

{# Over how many earlier weeks the same weekday makes an expectation, and over how many at least. #}
{% macro anomaly_weeks() -%}{{ return(8) }}{%- endmacro %}

{% macro anomaly_min_weeks() -%}{{ return(4) }}{%- endmacro %}

{% macro anomaly_counted_days() -%}{{ return(anomaly_judged_days() + 7 * anomaly_weeks()) }}{%- endmacro %}
