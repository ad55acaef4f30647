-- A ticket without intervals would be missing from every mean of waits and work.
{{ config(meta={'dagster': {'ref': {'name': 'fct_ticket_times'}}}) }}

select tickets.task_id
from {{ ref('fct_tickets') }} as tickets
left join {{ ref('fct_ticket_times') }} as times on tickets.task_id = times.task_id
where times.task_id is null
