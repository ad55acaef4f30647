with people as materialized (
    select
        series.user_id,
        series.user_name,
        measured.handed_over,
        measured.origin_transferred,
        measured.initiated
    from {{ user_groups }} as series
    cross join lateral {{ work_measures }} as measured
),
transferrers as (
    select user_id, user_name, handed_over as transfers from people
    where handed_over > 0
    order by transfers desc, user_id
    limit 10
),
recipients as (
    select user_id, user_name, origin_transferred as transfers from people
    where origin_transferred > 0
    order by transfers desc, user_id
    limit 10
),
initiators as (
    select user_id, user_name, initiated as transfers from people
    where initiated > 0
    order by transfers desc, user_id
    limit 10
),
steps as (
    select series.step_id, series.step_name, measured.origin_escalation as escalations
    from {{ step_groups }} as series
    cross join lateral {{ work_measures }} as measured
    where measured.origin_escalation > 0
)
select json_build_object(
    {{ head }},
    'total_task_items', measured.items,
    'total_transfers', measured.origin_transferred,
    'transfer_rate', round(100.0 * measured.origin_transferred / nullif(measured.items, 0), 2),
    'top_transferrers', (
        select coalesce(json_agg(
            json_build_object({{ transfer_person }}, 'transfer_count', series.transfers)
            order by series.transfers desc, series.user_id
        ), '[]')
        from transferrers as series
        cross join lateral {{ user_roles }} as person
    ),
    'top_transfer_recipients', (
        select coalesce(json_agg(
            json_build_object({{ transfer_person }}, 'received_count', series.transfers)
            order by series.transfers desc, series.user_id
        ), '[]')
        from recipients as series
        cross join lateral {{ user_roles }} as person
    ),
    'top_initiators', (
        select coalesce(json_agg(
            json_build_object({{ transfer_person }}, 'transfer_count', series.transfers)
            order by series.transfers desc, series.user_id
        ), '[]')
        from initiators as series
        cross join lateral {{ user_roles }} as person
    ),
    'total_escalations', measured.origin_escalation,
    'escalation_rate', round(100.0 * measured.origin_escalation / nullif(measured.items, 0), 2),
    'escalations_by_step', (
        select coalesce(json_agg(
            json_build_object(
                'step_id', steps.step_id,
                'step_name', steps.step_name,
                'workflow_name', home.workflow_name,
                'escalation_count', steps.escalations
            )
            order by steps.escalations desc, steps.step_id
        ), '[]')
        from steps
        -- A step belongs to one workflow, which any of its leaves knows.
        left join lateral (
            select leaf.workflow_name from serving.work_series as leaf
            where leaf.kept = 511 and leaf.step_id = steps.step_id
            limit 1
        ) as home on true
    )
)
from {{ work_measures }} as measured
