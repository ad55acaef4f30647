(
    select coalesce((
        select step.skipped
        from serving.step_facts as step
        where step.step_id = :skipped_step_id::bigint and step.workflow_id = :workflow_id::bigint
    ), 0) as count
)
