-- Percentiles would be those of more or fewer durations than the facts tell.
{{ config(meta={'dagster': {'ref': {'name': 'duration_histogram'}}}) }}

{% set of_tickets = "serving.series_key(null, null, null, null, null)" %}
{% set of_work = "serving.work_key(null, null, null, null, null, null, null, null, null)" %}

with told as (
    select {{ of_tickets }} as series_key, 'resolution' as measure, count(resolution_seconds) as durations
    from {{ ref('fct_tickets') }}
    union all
    select {{ of_tickets }}, 'net_resolution', count(net_resolution_seconds)
    from {{ ref('fct_ticket_times') }}
    union all
    select {{ of_tickets }}, 'first_response', count(first_response_seconds) from {{ ref('fct_tickets') }}
    union all
    select {{ of_work }}, 'action', count(action_seconds) from {{ ref('fct_task_items') }}
    union all
    select {{ of_work }}, 'item_resolution', count(resolution_seconds) from {{ ref('fct_task_items') }}
    union all
    select {{ of_work }}, 'visit', count(visit_seconds) from {{ ref('fct_step_visits') }}
),

-- The newest month begins with all before it.
kept as (
    select distinct on (series_key, measure)
        series_key,
        measure,
        (select sum(entry.count) from unnest(counts) as entry (count)) as durations
    from {{ ref('duration_histogram') }}
    where bucket_group = -1 and series_key in ({{ of_tickets }}, {{ of_work }})
    order by series_key asc, measure asc, month desc
)

select
    told.measure,
    told.durations,
    kept.durations as kept,
    to_date.samples as kept_to_date
from told
left join kept using (series_key, measure)
left join {{ ref('durations_to_date') }} as to_date using (series_key, measure)
where told.durations <> coalesce(kept.durations, 0) or told.durations <> coalesce(to_date.samples, 0)
