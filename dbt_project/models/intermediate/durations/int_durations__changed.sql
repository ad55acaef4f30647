{{ config(materialized='table', unlogged=true, post_hook='analyze {{ this }}') }}

-- depends_on: {{ ref('int_changes__first_day') }}
{% set histogram = adapter.get_relation(this.database, 'build', 'duration_histogram') %}
{% set built = adapter.get_relation(this.database, 'build', 'built_days') %}
{% set earlier = adapter.get_relation(this.database, this.schema, this.identifier) %}

with told as (
    select
        series_key,
        measure,
        {{ bucket_group('bucket') }} as bucket_group,
        sum(hash_record_extended(row(day, bucket, entries), 0)) as digest
    from {{ ref('int_durations__day_buckets') }}
    group by 1, 2, 3
),

{% if histogram and built and earlier and not flags.FULL_REFRESH -%}
kept as (
    select
        histogram.series_key,
        histogram.measure,
        histogram.bucket_group,
        sum(hash_record_extended(row(entry.day, entry.bucket, entry.entries), 0)) as digest
    from {{ histogram }} as histogram
    cross join unnest(histogram.days, histogram.buckets, histogram.counts) as entry (day, bucket, entries)
    -- The eve of the month stands for what came before.
    where
        histogram.bucket_group >= 0
        and entry.day >= histogram.month
        and {{ since_first_change('histogram.month', month=true) }}
    group by 1, 2, 3
),

-- After a build of an older definition, and during a backfill, which leaves months whose days are the same upon
-- others that are not, all there is counts as changed.
scope as (
    select
        {{ 'true' if var('last_day') else 'false' }}
        or first_day = '-infinity'
        or exists (select from {{ built }} where kind = '{{ yet_to_be_built() }}') as is_all
    from {{ ref('int_changes__first_day') }}
),

differing as (
    select
        series_key,
        measure,
        bucket_group
    from told
    full join kept using (series_key, measure, bucket_group)
    cross join scope
    where scope.is_all or told.digest is distinct from kept.digest
    union
    -- What a build that ended half-way found may not be in every table yet.
    select
        series_key,
        measure,
        bucket_group
    from {{ earlier }}
    where bucket_group >= 0 and as_of <> (select max(last_build.as_of) from {{ built }} as last_build)
),
{%- else -%}
differing as (
    select
        series_key,
        measure,
        bucket_group
    from told
),
{%- endif %}

with_overview as (
    select
        series_key,
        measure,
        bucket_group
    from differing
    union
    select
        series_key,
        measure,
        -1
    from differing
)

select
    with_overview.*,
    run_window.as_of
from with_overview
cross join {{ ref('int_run__window') }} as run_window
