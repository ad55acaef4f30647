with ways as (
    select
        task_id,
        workflow_id,
        array_agg(step_id order by visit_number) as step_ids,
        bool_or(is_repeated) as is_reworked
    from {{ ref('fct_process_visits') }}
    group by task_id, workflow_id
)

select
    ways.task_id,
    ways.workflow_id,
    ways.step_ids,
    ways.step_ids[cardinality(ways.step_ids)] as last_step_id,
    case
        when tickets.status = 'completed'
            then md5(array_to_string(ways.workflow_id || ways.step_ids, ','))::uuid
    end as variant_id,
    ways.is_reworked,
    tickets.created_at,
    case when tickets.status = 'completed' then tickets.resolution_seconds end as resolution_seconds
from ways
inner join {{ ref('fct_tickets') }} as tickets on ways.task_id = tickets.task_id
