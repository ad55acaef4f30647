{# A table that only the next models read: emptied and filled again in one transaction, where dbt's own would
   make another one, exchange the two and describe it anew, which takes longer than most of the queries.
   Whoever reads it meanwhile waits. #}
{% materialization refilled, adapter='postgres' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set definition = definition_of(model, sql) -%}
    {% if not is_made_by(existing, definition) %}
        {% set made = materialization_table_default() %}
        {% do note_definition(this, definition) %}
        {{ return(made) }}
    {% endif %}

    {%- set columns = model.columns.keys() | join(', ') -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') %}
        truncate {{ this }};
        insert into {{ this }} ({{ columns }}) select {{ columns }} from ({{ sql }}) as built
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}

    {{ return({'relations': [existing]}) }}
{% endmaterialization %}
