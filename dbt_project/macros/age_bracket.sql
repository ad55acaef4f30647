{% macro age_bracket(age) -%}
    case
        when {{ age }} <= interval '24 hours' then '0-1 days'
        when {{ age }} <= interval '168 hours' then '1-7 days'
        when {{ age }} <= interval '720 hours' then '7-30 days'
        when {{ age }} <= interval '2160 hours' then '30-90 days'
        else '90+ days'
    end
{%- endmacro %}
