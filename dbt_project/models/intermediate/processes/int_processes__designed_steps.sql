select
    versions.workflow_id,
    (nodes.node ->> 'id')::bigint as step_id,
    coalesce((nodes.node ->> 'is_start')::boolean, false) as is_start,
    -- Work may end where a step says so, and where nothing leads on.
    coalesce((nodes.node ->> 'is_end')::boolean, false)
    or not exists (
        select from {{ ref('int_processes__designed_moves') }} as moves
        where
            moves.workflow_id = versions.workflow_id
            and moves.from_step_id = (nodes.node ->> 'id')::bigint
    ) as is_end
from {{ ref('stg_ops__workflow_versions') }} as versions
cross join jsonb_array_elements(versions.definition -> 'nodes') as nodes (node)
where versions.is_active
