{{ config(
    materialized='refilled', unlogged=true, pre_hook="set local work_mem = '128MB'", post_hook='analyze {{ this }}'
) }}

with durations as (
    select
        tickets.department,
        tickets.category,
        tickets.sub_category,
        tickets.workflow_id,
        tickets.priority,
        tickets.created_date as day,
        timed.measure,
        timed.seconds
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('fct_ticket_times') }} as times on tickets.task_id = times.task_id
    cross join
        unnest(
            array['resolution', 'net_resolution', 'first_response'],
            array[tickets.resolution_seconds, times.net_resolution_seconds, tickets.first_response_seconds]
        ) as timed (measure, seconds)
    where timed.seconds is not null and {{ since_first_change('tickets.created_date', month=true) }}
),

leaf_buckets as (
    select
        leaves.leaf_id,
        durations.measure,
        durations.day,
        {{ histogram_bucket('durations.seconds') }} as bucket,
        count(*)::integer as entries
    from durations
    inner join {{ ref('int_series__leaves') }} as leaves
        using (department, category, sub_category, workflow_id, priority)
    group by leaves.leaf_id, durations.measure, durations.day, bucket
)

select
    members.series_key,
    leaf_buckets.measure,
    leaf_buckets.day,
    leaf_buckets.bucket,
    sum(leaf_buckets.entries)::integer as entries
from leaf_buckets
inner join {{ ref('int_series__members') }} as members on leaf_buckets.leaf_id = members.leaf_id
group by members.series_key, leaf_buckets.measure, leaf_buckets.day, leaf_buckets.bucket
