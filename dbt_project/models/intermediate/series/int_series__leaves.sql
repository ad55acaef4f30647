{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with combinations as (
    select distinct
        department,
        category,
        sub_category,
        workflow_id,
        priority
    from {{ ref('fct_tickets') }}
    union
    select distinct
        department,
        category,
        sub_category,
        null::bigint as workflow_id,
        priority
    from {{ ref('fct_unrouted_tickets') }}
)

select
    (row_number() over (order by department, category, sub_category, workflow_id, priority))::integer
        as leaf_id,
    department,
    category,
    sub_category,
    workflow_id,
    priority
from combinations
