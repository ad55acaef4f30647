-- The ways of the workflow that leave the step out.
way.variant_id in (
    select variant.variant_id
    from serving.process_variants as variant
    inner join serving.step_facts as step on variant.workflow_id = step.workflow_id
    where
        variant.workflow_id = :workflow_id::bigint
        and step.step_id = :skipped_step_id::bigint
        and step.step_id <> all(variant.step_ids)
)
