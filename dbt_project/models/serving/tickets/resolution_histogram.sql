{{ config(pre_hook="set local work_mem = '128MB'") }}

with leaf_buckets as (
    select
        leaves.leaf_id,
        tickets.created_date as day,
        {{ histogram_bucket('tickets.resolution_seconds') }} as bucket,
        count(*)::integer as resolutions
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('int_series__leaves') }} as leaves
        using (department, category, sub_category, workflow_id, priority)
    where tickets.resolution_seconds is not null
    group by leaves.leaf_id, tickets.created_date, bucket
),

day_buckets as (
    select
        members.series_key,
        greatest(leaf_buckets.bucket, 0) / 32 as bucket_group,
        leaf_buckets.bucket,
        leaf_buckets.day,
        date_trunc('month', leaf_buckets.day)::date as month,
        sum(leaf_buckets.resolutions)::integer as resolutions
    from leaf_buckets
    inner join {{ ref('int_series__members') }} as members on leaf_buckets.leaf_id = members.leaf_id
    group by members.series_key, leaf_buckets.bucket, leaf_buckets.day
),

-- The overview, group -1, has the groups for its buckets.
by_day as (
    select series_key, bucket_group, bucket, month, day, resolutions from day_buckets
    union all
    select series_key, -1, bucket_group, month, day, sum(resolutions)::integer from day_buckets
    group by series_key, bucket_group, month, day
),

reached as (
    select
        series_key,
        bucket_group,
        bucket,
        month,
        sum(sum(resolutions)) over by_month::integer as resolutions,
        lead(month, 1, 'infinity') over by_month as next_month
    from by_day
    group by series_key, bucket_group, bucket, month
    window by_month as (partition by series_key, bucket_group, bucket order by month)
),

months as (
    select distinct series_key, bucket_group, month from reached
),

entries as (
    select series_key, bucket_group, month, day, bucket, resolutions from by_day
    union all
    select
        months.series_key,
        months.bucket_group,
        months.month,
        months.month - 1,
        reached.bucket,
        reached.resolutions
    from months
    inner join reached
        on
            months.series_key = reached.series_key
            and months.bucket_group = reached.bucket_group
            and months.month > reached.month
            and months.month <= reached.next_month
)

select
    series_key,
    bucket_group,
    month,
    array_agg(day order by day, bucket) as days,
    array_agg(bucket order by day, bucket) as buckets,
    array_agg(resolutions order by day, bucket) as counts
from entries
group by series_key, bucket_group, month
