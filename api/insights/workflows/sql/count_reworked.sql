(
    select
        case when :is_reworked::boolean then workflow.reworked else workflow.tickets - workflow.reworked end
        as count
    from serving.workflow_facts as workflow
    where workflow.workflow_id = :workflow_id::bigint
)
