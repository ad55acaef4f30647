-- The figures of all work would differ from the items and visits that they open to.
{{ config(meta={'dagster': {'ref': {'name': 'work_cube'}}}) }}

with items as (
    select
        count(*) as items,
        count(*) filter (where is_open) as items_open,
        coalesce(sum(action_seconds), 0) as action_seconds
    from {{ ref('fct_task_items') }}
),

visits as (
    select
        count(*) as visits,
        coalesce(sum(visit_seconds), 0) as visit_seconds
    from {{ ref('fct_step_visits') }}
),

total as (
    select items, items_open, action_seconds, visits, visit_seconds
    from {{ ref('work_cube') }}
    where series_key = serving.work_key(null, null, null, null, null, null, null, null, null)
    order by day desc
    limit 1
)

select total.*
from total
cross join items
cross join visits
where
    (total.items, total.items_open) <> (items.items, items.items_open)
    or total.action_seconds <> items.action_seconds
    or (total.visits, total.visit_seconds) <> (visits.visits, visits.visit_seconds)
