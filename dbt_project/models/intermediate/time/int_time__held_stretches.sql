{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- The newest assignment holds, until it is closed or followed by the next one.
with assignments as (
    select
        items.task_id,
        items.task_item_id,
        items.role_user_id,
        clocks.counted_until,
        greatest(items.assigned_at, clocks.created_at) as held_from,
        least(coalesce(items.closed_at, clocks.counted_until), clocks.counted_until) as held_until
    from {{ ref('stg_ops__task_items') }} as items
    inner join {{ ref('int_time__clocks') }} as clocks on items.task_id = clocks.task_id
),

stretches as (
    select
        task_id,
        task_item_id,
        role_user_id,
        held_from as started_at,
        least(
            held_until, lead(held_from) over (partition by task_id order by held_from, task_item_id)
        ) as ended_at
    from assignments
    where held_from < held_until
)

select * from stretches
where started_at < ended_at
