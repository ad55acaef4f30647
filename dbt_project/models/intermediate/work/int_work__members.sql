{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

{% set dimensions = work_dimensions() %}

-- A dimension that a mask does not keep is rolled up. What nobody holds, a visit of a step, belongs to no
-- series of a person, but to the leaves.
with leaves as (
    select distinct
        leaf_id,
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role,
        user_id,
        source
    from {{ ref('int_work__leaf_changes') }}
),

rolled_up as (
    select
        leaves.leaf_id,
        {%- for dimension in dimensions %}
        case when masks.kept & {{ 2 ** loop.index0 }} > 0 then leaves.{{ dimension }} end as {{ dimension }},
        {%- endfor %}
        masks.kept
    from leaves
    cross join unnest(array[{{ work_masks() | join(', ') }}]) as masks (kept)
    where masks.kept = 511 or masks.kept & 128 = 0 or leaves.user_id is not null
)

select
    leaf_id,
    kept,
    serving.work_key({{ dimensions | join(', ') }}) as series_key,
    department,
    category,
    sub_category,
    workflow_id,
    step_id,
    priority,
    role,
    user_id,
    source
from rolled_up
