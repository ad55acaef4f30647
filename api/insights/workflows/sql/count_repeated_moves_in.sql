(
    select coalesce((
        select case when :is_repeated::boolean then edge.repeated else edge.moves - edge.repeated end
        from serving.step_facts as step
        inner join serving.process_edges as edge
            on step.workflow_id = edge.workflow_id and step.step_id = edge.to_step_id
        where
            step.step_id = :step_id::bigint
            and edge.from_step_id = :previous_step_id::bigint
            and step.workflow_id = coalesce(:workflow_id::bigint, step.workflow_id)
    ), 0) as count
)
