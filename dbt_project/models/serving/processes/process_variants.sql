select
    variants.workflow_id,
    variants.position,
    variants.variant_id,
    variants.step_ids,
    (
        select array_agg(steps.step_name order by visited.place)
        from unnest(variants.step_ids) with ordinality as visited (step_id, place)
        inner join {{ ref('stg_ops__steps') }} as steps on visited.step_id = steps.step_id
    ) as step_names,
    variants.tickets,
    variants.resolutions,
    variants.resolution_seconds,
    variants.median_seconds,
    variants.p90_seconds,
    variants.is_designed,
    variants.is_happy_path
from {{ ref('int_processes__variants') }} as variants
