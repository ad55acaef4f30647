{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- Each bit of `kept` keeps one dimension; the others are rolled up. Tickets without a workflow belong
-- only where the workflow is rolled up: there, and nowhere else, null means "all".
with rolled_up as (
    select
        leaves.leaf_id,
        case when kept & 1 > 0 then leaves.department end as department,
        case when kept & 2 > 0 then leaves.category end as category,
        case when kept & 4 > 0 then leaves.sub_category end as sub_category,
        case when kept & 8 > 0 then leaves.workflow_id end as workflow_id,
        case when kept & 16 > 0 then leaves.priority end as priority
    from {{ ref('int_series__leaves') }} as leaves
    cross join generate_series(0, 31) as masks (kept)
    where kept & 8 = 0 or leaves.workflow_id is not null
)

select
    leaf_id,
    serving.series_key(department, category, sub_category, workflow_id, priority) as series_key,
    department,
    category,
    sub_category,
    workflow_id,
    priority
from rolled_up
