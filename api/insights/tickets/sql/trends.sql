with bounds as (
    select
        coalesce(:start_date::date, last_day - :days::integer + 1) as first_day,
        last_day
    from (select least(:end_date::date, published.as_of_day) as last_day) as newest
),
{{ flow }}
select json_build_object(
    'date_range', (select json_build_object('start_date', first_day, 'end_date', last_day) from bounds),
    {{ provenance }},
    'granularity', :granularity::text,
    'time_period_days', (select greatest(last_day - first_day + 1, 0) from bounds),
    'summary', json_build_object(
        'total_created', coalesce(sum(flow.created), 0),
        'total_resolved', coalesce(sum(flow.resolved), 0),
        'net', coalesce(sum(flow.created) - sum(flow.resolved), 0)
    ),
    'trends', coalesce(json_agg(row_to_json(flow) order by flow.date), '[]')
)
from flow
