-- A task could go missing in a join and every number after it be short: each task that was there when
-- the run began must be in the fact.
{{ config(meta={'dagster': {'ref': {'name': 'fct_tickets'}}}) }}

select tasks.task_id
from {{ ref('stg_ops__tasks') }} as tasks
left join {{ ref('fct_tickets') }} as tickets on tasks.task_id = tickets.task_id
where
    tickets.task_id is null
    and tasks.deleted_at is null
    and tasks.created_at <= (select run_window.as_of from {{ ref('int_run__window') }} as run_window)
    -- Recorded since the run began: the next run has it.
    and tasks.updated_at <= (select run_window.as_of from {{ ref('int_run__window') }} as run_window)
