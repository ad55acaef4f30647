{# A view that is left alone while its definition is the same. #}
{% materialization lasting_view, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set definition = definition_of(model, sql) -%}
    {% if is_made_by(existing, definition) %}
        {% call noop_statement('main', 'VIEW') %}{% endcall %}
        {{ return({'relations': [existing]}) }}
    {% endif %}

    {% set made = materialization_view_default() %}
    {% do note_definition(this, definition) %}
    {{ return(made) }}
{% endmaterialization %}
