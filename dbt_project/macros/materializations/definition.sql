{# What a relation is made by: its query as compiled, its columns and constraints. #}
{% macro definition_of(model, sql) -%}
    {{ return(local_md5(sql ~ model.columns ~ model.constraints)) }}
{%- endmacro %}

{# Whether the relation there is was made by this definition. The comment of its row type tells, which goes
   with the relation and stands in nobody's way. #}
{% macro is_made_by(relation, definition) -%}
    {% if relation is none or should_full_refresh() %}{{ return(false) }}{% endif %}
    {% set told = run_query(
        "select obj_description(to_regtype('" ~ relation.include(database=false) ~ "'), 'pg_type')"
    ) %}
    {{ return(told.columns[0].values()[0] == definition) }}
{%- endmacro %}

{% macro note_definition(relation, definition) -%}
    {% do run_query(
        "comment on type " ~ relation.include(database=false) ~ " is '" ~ definition ~ "'"
    ) %}
{%- endmacro %}
