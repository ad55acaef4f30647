-- The backlog would drift from the tickets it stands for: after the last day it must be what is open.
{{ config(meta={'dagster': {'ref': {'name': 'fct_daily_backlog'}}}) }}

with newest as (
    select distinct on (department, category, sub_category, workflow_id, priority) *
    from {{ ref('fct_daily_backlog') }}
    order by department asc, category asc, sub_category asc, workflow_id asc, priority asc, date_day desc
),

open_now as (
    select department, category, sub_category, workflow_id, priority, count(*) as tickets
    from {{ ref('fct_tickets') }}
    where is_open
    group by department, category, sub_category, workflow_id, priority
)

select department, category, sub_category, workflow_id, priority
from newest
full join open_now using (department, category, sub_category, workflow_id, priority)
where coalesce(newest.backlog, 0) <> coalesce(open_now.tickets, 0)
