{# How many days can be asked for, over how many weeks before each it is judged, and over how many at least. #}
{% macro anomaly_days() -%}{{ return(90) }}{%- endmacro %}

{% macro anomaly_weeks() -%}{{ return(8) }}{%- endmacro %}

{% macro anomaly_min_weeks() -%}{{ return(4) }}{%- endmacro %}
