{# Rows whose key is shared or incomplete. #}
{% test unique_key(model, columns) %}
select {{ columns | join(", ") }}
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1{% for column in columns %} or bool_or({{ column }} is null){% endfor %}
{% endtest %}
