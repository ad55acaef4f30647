(
    select coalesce((
        select step.tickets_last
        from serving.step_facts as step
        where step.step_id = :step_id::bigint and step.workflow_id = :workflow_id::bigint
    ), 0) as count
)
