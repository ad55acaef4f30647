{# What can be summed, kept so that its sum at any day is one row away: a row per month holds the sum of all
   before it, dated the eve of the month, then the changes of each of its days. Continues a list of CTEs whose
   `by_day` has the keys, month, day, value and count. With `kept`, `by_day` holds whole months up to the newest
   and `kept` the rows of the months before; of these only what `by_day` continues is read.
   Keys are numbered first: sorting and joining by one small number takes half the time. #}
{% macro summed_by_month(keys, value, values, count, counts, kept=none) -%}
{% set listed = keys | join(', ') -%}
sums as (
    select
        {{ listed }},
        (row_number() over ())::integer as sum_id
    from by_day
    group by {{ listed }}
),

numbered as materialized (
    select sum_id, month, day, {{ value }}, {{ count }}
    from by_day
    inner join sums using ({{ listed }})
),

{% if kept -%}
newest_kept as (
    select sums.sum_id, newest.month, newest.{{ values }}, newest.{{ counts }}
    from sums
    cross join lateral (
        select month, {{ values }}, {{ counts }} from {{ kept }} as kept
        where
            {% for key in keys %}kept.{{ key }} = sums.{{ key }} and {% endfor -%}
            {{ before_first_change('kept.month', month=true) }}
        order by month desc
        limit 1
    ) as newest
),

{% endif -%}
changes as (
    select sum_id, {{ value }}, month, {{ count }} from numbered
    {%- if kept %}
    union all
    select newest_kept.sum_id, entry.{{ value }}, newest_kept.month, entry.{{ count }}
    from newest_kept
    cross join unnest({{ values }}, {{ counts }}) as entry ({{ value }}, {{ count }})
    {%- endif %}
),

reached as (
    select
        sum_id,
        {{ value }},
        month,
        sum(sum({{ count }})::integer) over by_month::integer as {{ count }},
        lead(month, 1, 'infinity') over by_month as next_month
    from changes
    group by sum_id, {{ value }}, month
    window by_month as (partition by sum_id, {{ value }} order by month)
),

months as (
    select distinct sum_id, month from numbered
),

entries as (
    select sum_id, month, day, {{ value }}, {{ count }} from numbered
    union all
    select months.sum_id, months.month, months.month - 1, reached.{{ value }}, reached.{{ count }}
    from months
    inner join reached
        on
            months.sum_id = reached.sum_id
            and months.month > reached.month
            and months.month <= reached.next_month
    where reached.{{ count }} > 0
),

by_month as (
    select
        sum_id,
        month,
        array_agg(day order by day, {{ value }}) as days,
        array_agg({{ value }} order by day, {{ value }}) as {{ values }},
        array_agg({{ count }} order by day, {{ value }}) as {{ counts }}
    from entries
    group by sum_id, month
)

select {{ listed }}, month, days, {{ values }}, {{ counts }}
from by_month
inner join sums using (sum_id)
{%- endmacro %}
