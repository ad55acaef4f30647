(
    select coalesce((
        select
            case
                when :is_repeated::boolean then step.visits_repeated
                else step.visits - step.visits_repeated
            end
        from serving.step_facts as step
        where step.step_id = :step_id::bigint
    ), 0) as count
)
