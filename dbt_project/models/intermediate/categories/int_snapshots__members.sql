{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- Each bit of `kept` keeps one dimension. The workflow is kept by the leaves alone, which keep all five.
with leaves as (
    select distinct leaf_key, department, category, sub_category, priority, workflow_id
    from {{ ref('int_snapshots__leaf_days') }}
),

rolled_up as (
    select
        leaves.leaf_key,
        masks.kept,
        case when masks.kept & 1 > 0 then leaves.department end as department,
        case when masks.kept & 2 > 0 then leaves.category end as category,
        case when masks.kept & 4 > 0 then leaves.sub_category end as sub_category,
        case when masks.kept & 8 > 0 then leaves.priority end as priority,
        case when masks.kept & 16 > 0 then leaves.workflow_id end as workflow_id
    from leaves
    cross join generate_series(0, 31) as masks (kept)
    where masks.kept < 16 or masks.kept = 31
)

select
    leaf_key,
    serving.snapshot_key(kept, department, category, sub_category, priority, workflow_id) as series_key,
    kept,
    department,
    category,
    sub_category,
    priority,
    workflow_id
from rolled_up
