(
    select coalesce((
        select edge.moves
        from serving.step_facts as step
        inner join serving.process_edges as edge
            on step.workflow_id = edge.workflow_id and step.step_id = edge.from_step_id
        where
            step.step_id = :step_id::bigint
            and edge.to_step_id = :next_step_id::bigint
            and step.workflow_id = coalesce(:workflow_id::bigint, step.workflow_id)
    ), 0) as count
)
