-- The design is the graph that new tickets run through: the active version.
select
    versions.workflow_id,
    (edges.edge ->> 'from_step_id')::bigint as from_step_id,
    (edges.edge ->> 'to_step_id')::bigint as to_step_id
from {{ ref('stg_ops__workflow_versions') }} as versions
cross join jsonb_array_elements(versions.definition -> 'edges') as edges (edge)
where versions.is_active
group by 1, 2, 3
