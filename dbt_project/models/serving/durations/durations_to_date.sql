{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_changed_durations() }}"]
) }}

-- depends_on: {{ ref('int_durations__changed') }}
with newest as (
    select
        series_key,
        measure,
        bucket_group,
        max(month) as month
    from {{ ref('duration_histogram') }}
    where
        bucket_group >= 0
        {% if is_incremental() -%}
        and (series_key, measure) in (select series_key, measure from {{ ref('int_durations__changed') }})
        {%- endif %}
    group by series_key, measure, bucket_group
),

buckets as (
    select
        series_key,
        measure,
        entry.bucket,
        sum(entry.entries)::integer as samples
    from newest
    inner join {{ ref('duration_histogram') }} as histogram using (series_key, measure, bucket_group, month)
    cross join unnest(histogram.buckets, histogram.counts) as entry (bucket, entries)
    group by series_key, measure, entry.bucket
),

ranked as (
    select
        series_key,
        measure,
        samples,
        {{ bucket_middle('bucket') }} as seconds,
        sum(samples) over (partition by series_key, measure order by bucket) as last_rank,
        sum(samples) over (partition by series_key, measure) as total
    from buckets
),

percentiles as (
    select
        series_key,
        measure,
        total::integer as samples,
        min(seconds) as least_seconds,
        avg(seconds) filter (where last_rank >= (total + 1) / 2 and last_rank - samples < total / 2 + 1)
            as median_seconds,
        min(seconds) filter (where last_rank >= (9 * total + 9) / 10) as p90_seconds,
        min(seconds) filter (where last_rank >= (19 * total + 19) / 20) as p95_seconds,
        max(seconds) as greatest_seconds
    from ranked
    group by series_key, measure, total
)

select
    series_key,
    measure,
    (
        select overview.days[1]
        from {{ ref('duration_histogram') }} as overview
        where
            overview.series_key = percentiles.series_key
            and overview.measure = percentiles.measure
            and overview.bucket_group = -1
        order by overview.month
        limit 1
    ) as first_day,
    (
        select overview.days[cardinality(overview.days)]
        from {{ ref('duration_histogram') }} as overview
        where
            overview.series_key = percentiles.series_key
            and overview.measure = percentiles.measure
            and overview.bucket_group = -1
        order by overview.month desc
        limit 1
    ) as last_day,
    samples,
    least_seconds,
    median_seconds,
    p90_seconds,
    p95_seconds,
    greatest_seconds
from percentiles
