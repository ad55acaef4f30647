{# What can be summed, kept so that its sum at any day is one row away: a row per month holds the sum of all
   before it, dated the eve of the month, then the changes of each of its days. Continues a list of CTEs whose
   `by_day` has the keys, month, day, value and count. With `kept`, `by_day` holds whole months up to the newest
   and `kept` the rows of the months before; of these only what `by_day` continues is read. #}
{% macro summed_by_month(keys, value, values, count, counts, kept=none) -%}
{% set listed = keys | join(', ') -%}
{% if kept -%}
continued as (
    select distinct {{ listed }} from by_day
),

newest_kept as (
    select continued.*, newest.month, newest.{{ values }}, newest.{{ counts }}
    from continued
    cross join lateral (
        select month, {{ values }}, {{ counts }} from {{ kept }} as kept
        where {% for key in keys %}kept.{{ key }} = continued.{{ key }}{{ " and " if not loop.last }}{% endfor %}
        order by month desc
        limit 1
    ) as newest
),

before as (
    select {{ listed }}, entry.{{ value }}, month, sum(entry.{{ count }}) as {{ count }}
    from newest_kept
    cross join unnest({{ values }}, {{ counts }}) as entry ({{ value }}, {{ count }})
    group by {{ listed }}, entry.{{ value }}, month
),

{% endif -%}
changes as (
    select {{ listed }}, {{ value }}, month, {{ count }} from by_day
    {%- if kept %}
    union all
    select {{ listed }}, {{ value }}, month, {{ count }} from before
    {%- endif %}
),

reached as (
    select
        {{ listed }},
        {{ value }},
        month,
        sum(sum({{ count }})) over by_month::integer as {{ count }},
        lead(month, 1, 'infinity') over by_month as next_month
    from changes
    group by {{ listed }}, {{ value }}, month
    window by_month as (partition by {{ listed }}, {{ value }} order by month)
),

months as (
    select distinct {{ listed }}, month from by_day
),

entries as (
    select {{ listed }}, month, day, {{ value }}, {{ count }} from by_day
    union all
    select
        {%- for key in keys %}
        months.{{ key }},
        {%- endfor %}
        months.month,
        months.month - 1,
        reached.{{ value }},
        reached.{{ count }}
    from months
    inner join reached
        on
            {%- for key in keys %}
            months.{{ key }} = reached.{{ key }} and
            {%- endfor %}
            months.month > reached.month
            and months.month <= reached.next_month
    where reached.{{ count }} > 0
)

select
    {{ listed }},
    month,
    array_agg(day order by day, {{ value }}) as days,
    array_agg({{ value }} order by day, {{ value }}) as {{ values }},
    array_agg({{ count }} order by day, {{ value }}) as {{ counts }}
from entries
group by {{ listed }}, month
{%- endmacro %}
