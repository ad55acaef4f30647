select json_build_object(
    {{ provenance }},
    'workflow_id', workflow.workflow_id,
    'workflow_name', workflow.workflow_name,
    'tickets', workflow.tickets,
    'completed_tickets', workflow.completed,
    'visits', workflow.visits,
    'moves', workflow.moves,
    'deviating_moves', workflow.deviating_moves,
    'deviation_rate', round(100.0 * workflow.deviating_moves / nullif(workflow.moves, 0), 2),
    'reworked_tickets', workflow.reworked,
    'rework_rate', round(100.0 * workflow.reworked / nullif(workflow.tickets, 0), 2),
    'designed_tickets', workflow.designed,
    'designed_share', round(100.0 * workflow.designed / nullif(workflow.completed, 0), 2),
    'variants', workflow.variants,
    'happy_path', (
        select json_build_object(
            'variant_id', variant.variant_id,
            'step_ids', variant.step_ids,
            'steps', variant.step_names,
            'count', variant.tickets,
            'share', round(100.0 * variant.tickets / nullif(workflow.completed, 0), 2),
            'median_hours', round((variant.median_seconds / 3600)::numeric, 2),
            'p90_hours', round((variant.p90_seconds / 3600)::numeric, 2)
        )
        from serving.process_variants as variant
        where
            variant.workflow_id = workflow.workflow_id
            and variant.variant_id = workflow.happy_variant_id
    ),
    'nodes', (
        select coalesce(json_agg(row_to_json(node)), '[]')
        from (
            select
                step.step_id,
                step.step_name,
                step.role as role_name,
                step.is_designed,
                step.is_start,
                step.is_end,
                step.visits,
                step.tickets,
                step.visits_open as currently_here,
                step.visits_repeated as repeated_visits,
                step.visits_rejected as rejections,
                step.visits - step.visits_open as samples,
                round(step.visit_seconds / 3600.0 / nullif(step.visits - step.visits_open, 0), 2) as avg_hours,
                round((step.median_seconds / 3600)::numeric, 2) as median_hours,
                round((step.p90_seconds / 3600)::numeric, 2) as p90_hours,
                round((step.median_business_seconds / 3600)::numeric, 2) as median_business_hours,
                round((step.p90_business_seconds / 3600)::numeric, 2) as p90_business_hours,
                step.skipped as skipped_by,
                round(100.0 * step.skipped / nullif(workflow.completed, 0), 2) as skipped_share,
                step.is_designed and workflow.completed > 0 and step.skipped = workflow.completed as is_skipped
            from serving.step_facts as step
            where step.workflow_id = workflow.workflow_id
            order by step.position, step.step_id
        ) as node
    ),
    'edges', (
        select coalesce(json_agg(row_to_json(drawn)), '[]')
        from (
            select
                edge.from_step_id,
                edge.to_step_id,
                edge.from_step_name,
                edge.to_step_name,
                edge.moves as count,
                edge.is_designed,
                edge.is_backward,
                edge.repeated as rework_count,
                round(edge.move_seconds / 3600.0 / nullif(edge.moves, 0), 2) as avg_hours,
                round((edge.median_seconds / 3600)::numeric, 2) as median_hours,
                round((edge.p90_seconds / 3600)::numeric, 2) as p90_hours,
                round((edge.median_business_seconds / 3600)::numeric, 2) as median_business_hours,
                round((edge.p90_business_seconds / 3600)::numeric, 2) as p90_business_hours
            from serving.process_edges as edge
            where edge.workflow_id = workflow.workflow_id
            order by edge.moves desc, edge.from_step_id, edge.to_step_id
        ) as drawn
    )
)
from serving.workflow_facts as workflow
where workflow.workflow_id = :workflow_id::bigint
