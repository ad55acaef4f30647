{# A model's schema is the one it names: one database, fixed schemas, no prefix per developer. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
