with cases as (
    select
        workflow_id,
        count(*)::integer as tickets,
        count(variant_id)::integer as completed,
        count(*) filter (where is_reworked)::integer as reworked
    from {{ ref('fct_process_cases') }}
    group by workflow_id
),

variants as (
    select
        workflow_id,
        count(*)::integer as variants,
        coalesce(sum(tickets) filter (where is_designed), 0)::integer as designed,
        max(variant_id::text) filter (where is_happy_path)::uuid as happy_variant_id,
        coalesce(sum(tickets) filter (where is_happy_path), 0)::integer as happy_tickets
    from {{ ref('int_processes__variants') }}
    group by workflow_id
),

visits as (
    select
        workflow_id,
        sum(visits)::integer as visits
    from {{ ref('step_facts') }}
    group by workflow_id
),

edges as (
    select
        workflow_id,
        sum(moves)::integer as moves,
        coalesce(sum(moves) filter (where not is_designed), 0)::integer as deviating_moves
    from {{ ref('process_edges') }}
    group by workflow_id
)

select
    workflows.workflow_id,
    workflows.workflow_name,
    workflows.department,
    workflows.category,
    workflows.sub_category,
    workflows.status,
    coalesce(cases.tickets, 0) as tickets,
    coalesce(cases.completed, 0) as completed,
    coalesce(cases.reworked, 0) as reworked,
    coalesce(visits.visits, 0) as visits,
    coalesce(edges.moves, 0) as moves,
    coalesce(edges.deviating_moves, 0) as deviating_moves,
    coalesce(variants.variants, 0) as variants,
    coalesce(variants.designed, 0) as designed,
    variants.happy_variant_id,
    coalesce(variants.happy_tickets, 0) as happy_tickets
from {{ ref('dim_workflows') }} as workflows
left join cases on workflows.workflow_id = cases.workflow_id
left join variants on workflows.workflow_id = variants.workflow_id
left join visits on workflows.workflow_id = visits.workflow_id
left join edges on workflows.workflow_id = edges.workflow_id
