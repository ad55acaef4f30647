-- One statement over views of the operational tables, so that every column of every row is read from
-- one snapshot of them.
with run_window as materialized (
    select as_of from {{ ref('int_run__window') }}
    limit 1
),

tasks as (
    select * from {{ ref('stg_ops__tasks') }}
    where deleted_at is null
),

tickets as (
    select
        *,
        coalesce(nullif(btrim(department), ''), 'Unassigned') as known_department,
        coalesce(nullif(btrim(category), ''), 'Uncategorized') as known_category,
        coalesce(nullif(btrim(sub_category), ''), 'Uncategorized') as known_sub_category
    from {{ ref('stg_ops__tickets') }}
),

final as (
    select
        -- ids
        tasks.task_id,
        tasks.ticket_id,
        tasks.workflow_id,
        tickets.ticket_number,

        -- attributes
        tickets.subject,
        tasks.status,
        tickets.priority,
        tickets.known_department as department,
        tickets.known_category as category,
        tickets.known_sub_category as sub_category,
        workflows.workflow_name,
        steps.step_name as current_step_name,
        coalesce(history.assigned_user_ids, '{}') as assigned_user_ids,
        coalesce(history.assigned_users, '[]') as assigned_users,
        tickets.source_service as source,

        -- instants
        tasks.created_at,
        {{ utc_day('tasks.created_at') }} as created_date,
        tasks.target_resolution_at,
        tasks.first_response_at,
        tasks.resolved_at,
        history.escalated_at,
        history.transferred_at,
        case
            when tasks.status = 'cancelled'
                then greatest(
                    coalesce(history.cancelled_at, tickets.closed_at, tasks.updated_at), tasks.created_at
                )
        end as cancelled_at,
        run_window.as_of,
        sla.judged_at,

        -- durations and counts
        case
            when tasks.status = 'completed' and tasks.is_resolution_recorded
                then floor(extract(epoch from tasks.resolved_at - tasks.created_at))::bigint
        end as resolution_seconds,
        case
            when tasks.first_response_at is not null
                then greatest(
                    floor(extract(epoch from tasks.first_response_at - tasks.created_at)), 0
                )::bigint
        end as first_response_seconds,
        coalesce(history.reopen_count, 0)::integer as reopen_count,
        coalesce(changes.group_change_count, 0)::integer as group_change_count,
        coalesce(changes.assignee_change_count, 0)::integer as assignee_change_count,
        coalesce(changes.priority_change_count, 0)::integer as priority_change_count,
        coalesce(changes.category_change_count, 0)::integer as category_change_count,

        -- states at as_of
        tasks.status not in ('completed', 'cancelled') as is_open,
        {{ age_bracket('run_window.as_of - tasks.created_at') }} as age_bracket,
        sla.sla_status,
        tasks.sla_source,
        sla.is_critical as is_sla_critical,
        coalesce(history.is_escalated, false) as is_escalated,
        coalesce(history.is_transferred, false) as is_transferred,
        tasks.is_assignment_needed
    from tasks
    cross join run_window
    inner join tickets on tasks.ticket_id = tickets.ticket_id
    inner join {{ ref('stg_ops__workflows') }} as workflows on tasks.workflow_id = workflows.workflow_id
    inner join {{ ref('int_tickets__sla_states') }} as sla on tasks.task_id = sla.task_id
    left join {{ ref('stg_ops__steps') }} as steps on tasks.current_step_id = steps.step_id
    left join {{ ref('int_tickets__task_history') }} as history on tasks.task_id = history.task_id
    left join {{ ref('int_tickets__attribute_changes') }} as changes on tasks.ticket_id = changes.ticket_id
    where tasks.created_at <= run_window.as_of
)

select * from final
