{# Periods whose wider band does not hold the narrower one, or that expect fewer than no tickets. #}
{% test nested_bands(model) %}
select *
from {{ model }}
where
    not (0 <= lower_95 and lower_95 <= lower_90 and lower_90 <= lower_80 and lower_80 <= predicted)
    or not (predicted <= upper_80 and upper_80 <= upper_90 and upper_90 <= upper_95)
{% endtest %}
