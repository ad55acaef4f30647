(
    select coalesce((
        select variant.tickets
        from serving.process_variants as variant
        where variant.workflow_id = :workflow_id::bigint and variant.variant_id = :variant::uuid
    ), 0) as count
)
