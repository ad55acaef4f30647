{{ config(
    materialized='refilled', unlogged=true, pre_hook="set local work_mem = '128MB'", post_hook='analyze {{ this }}'
) }}

with durations as (
    select
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role_name as role,
        user_id,
        source,
        'action' as measure,
        assigned_date as day,
        action_seconds as seconds
    from {{ ref('fct_task_items') }}
    where action_seconds is not null and {{ since_first_change('assigned_date', month=true) }}
    union all
    select
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role_name,
        user_id,
        source,
        'item_resolution',
        assigned_date,
        resolution_seconds
    from {{ ref('fct_task_items') }}
    where resolution_seconds is not null and {{ since_first_change('assigned_date', month=true) }}
    union all
    select
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role_name,
        null,
        source,
        'visit',
        entered_date,
        visit_seconds
    from {{ ref('fct_step_visits') }}
    where visit_seconds is not null and {{ since_first_change('entered_date', month=true) }}
),

leaves as (
    select * from {{ ref('int_work__members') }}
    where kept = 511
),

leaf_buckets as (
    select
        leaves.leaf_id,
        durations.measure,
        durations.day,
        {{ histogram_bucket('durations.seconds') }} as bucket,
        count(*)::integer as entries
    from durations
    inner join leaves
        on
            durations.department = leaves.department
            and durations.category = leaves.category
            and durations.sub_category = leaves.sub_category
            and durations.workflow_id = leaves.workflow_id
            and durations.step_id = leaves.step_id
            and durations.priority = leaves.priority
            and durations.role = leaves.role
            and durations.source = leaves.source
            and coalesce(durations.user_id, -1) = coalesce(leaves.user_id, -1)
    group by leaves.leaf_id, durations.measure, durations.day, bucket
)

select
    members.series_key,
    leaf_buckets.measure,
    leaf_buckets.day,
    leaf_buckets.bucket,
    sum(leaf_buckets.entries)::integer as entries
from leaf_buckets
inner join {{ ref('int_work__members') }} as members on leaf_buckets.leaf_id = members.leaf_id
where members.kept in ({{ duration_masks() | join(', ') }})
group by members.series_key, leaf_buckets.measure, leaf_buckets.day, leaf_buckets.bucket
