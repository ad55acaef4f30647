{{ config(materialized='table', unlogged=true, post_hook='analyze {{ this }}') }}

with leaf_user_days as (
    select distinct
        leaves.leaf_id,
        users.user_id,
        tickets.created_date as day
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('int_series__leaves') }} as leaves
        using (department, category, sub_category, workflow_id, priority)
    cross join unnest(tickets.assigned_user_ids) as users (user_id)
)

select distinct
    members.series_key,
    leaf_user_days.user_id,
    leaf_user_days.day
from leaf_user_days
inner join {{ ref('int_series__members') }} as members on leaf_user_days.leaf_id = members.leaf_id
