(
    select coalesce((
        select
            case
                when :is_repeated::boolean then step.visits_repeated
                else step.visits - step.visits_repeated
            end
        from serving.step_facts as step
        where
            step.step_id = :step_id::bigint
            and step.workflow_id = coalesce(:workflow_id::bigint, step.workflow_id)
    ), 0) as count
)
