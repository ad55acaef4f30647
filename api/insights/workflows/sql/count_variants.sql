(
    select workflow.variants as count
    from serving.workflow_facts as workflow
    where workflow.workflow_id = :workflow_id::bigint
)
