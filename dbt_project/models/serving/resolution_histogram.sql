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
        leaf_buckets.day,
        leaf_buckets.bucket,
        sum(leaf_buckets.resolutions)::integer as resolutions
    from leaf_buckets
    inner join {{ ref('int_series__members') }} as members on leaf_buckets.leaf_id = members.leaf_id
    group by members.series_key, leaf_buckets.day, leaf_buckets.bucket
),

month_buckets as (
    select
        series_key, date_trunc('month', day)::date as month, bucket, sum(resolutions)::integer as resolutions
    from day_buckets
    group by series_key, 2, bucket
),

all_buckets as (
    select series_key, bucket, sum(resolutions)::integer as resolutions
    from month_buckets
    group by series_key, bucket
),

periods as (
    select series_key, 'day' as period, day as period_start, bucket, resolutions from day_buckets
    union all
    select series_key, 'month', month, bucket, resolutions from month_buckets
    union all
    select series_key, 'all', date '1970-01-01', bucket, resolutions from all_buckets
)

select
    series_key,
    period,
    period_start,
    array_agg(bucket order by bucket) as buckets,
    array_agg(resolutions order by bucket) as counts
from periods
group by series_key, period, period_start
