{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

select
    tickets.task_id,
    tasks.calendar_revision_id,
    tickets.created_at,
    tickets.as_of,
    {{ worked_until('tasks.calendar_revision_id', 'tickets.created_at') }} as worked_at_creation_seconds
from {{ ref('fct_tickets') }} as tickets
inner join {{ ref('stg_ops__tasks') }} as tasks on tickets.task_id = tasks.task_id
