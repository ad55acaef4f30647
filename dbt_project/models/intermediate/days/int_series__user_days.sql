{{ config(
    materialized='refilled', unlogged=true, pre_hook="set local work_mem = '128MB'", post_hook='analyze {{ this }}'
) }}

with leaf_user_days as (
    select distinct
        leaves.leaf_id,
        users.user_id,
        tickets.created_date as day
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('int_series__leaves') }} as leaves
        using (department, category, sub_category, workflow_id, priority)
    cross join unnest(tickets.assigned_user_ids) as users (user_id)
),

changed as (
    select distinct
        members.series_key,
        leaf_user_days.user_id,
        leaf_user_days.day
    from leaf_user_days
    inner join {{ ref('int_series__members') }} as members on leaf_user_days.leaf_id = members.leaf_id
    where {{ since_first_change('leaf_user_days.day', month=true) }}
),

-- Of the days before, the first and the last tell all that is asked of them, and only of who is seen again.
earlier as (
    select
        members.series_key,
        leaf_user_days.user_id,
        min(leaf_user_days.day) as first_day,
        max(leaf_user_days.day) as last_day
    from leaf_user_days
    inner join {{ ref('int_series__members') }} as members on leaf_user_days.leaf_id = members.leaf_id
    where
        {{ before_first_change('leaf_user_days.day', month=true) }}
        and (members.series_key, leaf_user_days.user_id) in (select series_key, user_id from changed)
    group by members.series_key, leaf_user_days.user_id
)

select * from changed
union all
select series_key, user_id, first_day from earlier
union all
select series_key, user_id, last_day from earlier
where last_day > first_day
