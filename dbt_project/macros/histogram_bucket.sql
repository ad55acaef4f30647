{% macro histogram_bucket(seconds) -%}
    case when {{ seconds }} < 1 then -1 else floor(ln({{ seconds }}::float8) / ln(1.02::float8))::integer end
{%- endmacro %}
