-- A node or an edge of the process map would open to more or fewer visits than it says.
{{ config(meta={'dagster': {'ref': {'name': 'process_edges'}}}) }}

with visits as (
    select
        step_id,
        count(*) as visits,
        count(*) filter (where is_open) as visits_open,
        count(*) filter (where is_repeated) as visits_repeated
    from {{ ref('visit_rows') }}
    group by step_id
),

moves as (
    select
        workflow_id,
        previous_step_id as from_step_id,
        step_id as to_step_id,
        count(*) as moves,
        count(*) filter (where is_repeated) as repeated
    from {{ ref('visit_rows') }}
    where previous_step_id is not null
    group by workflow_id, previous_step_id, step_id
)

select
    steps.step_id as from_step_id,
    null as to_step_id
from {{ ref('step_facts') }} as steps
full join visits on steps.step_id = visits.step_id
where
    (steps.visits, steps.visits_open, steps.visits_repeated)
    is distinct from (
        coalesce(visits.visits, 0), coalesce(visits.visits_open, 0), coalesce(visits.visits_repeated, 0)
    )
union all
select
    edges.from_step_id,
    edges.to_step_id
from {{ ref('process_edges') }} as edges
full join moves
    on
        edges.workflow_id = moves.workflow_id
        and edges.from_step_id = moves.from_step_id
        and edges.to_step_id = moves.to_step_id
where
    (edges.moves, edges.repeated)
    is distinct from (coalesce(moves.moves, 0), coalesce(moves.repeated, 0))
