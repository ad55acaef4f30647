{# Histograms that can be added and subtracted, from a relation with series_key, measure, day, bucket and
   entries: a row per month holds the sum of all before it, dated the eve of the month, then the changes of
   each of its days. Group -1 is an overview whose buckets are the groups of 32 buckets. With `kept`, the
   relation holds whole months up to the newest and `kept` the rows of the months before. #}
{% macro mergeable_histogram(day_buckets, kept=none) -%}
with by_day as (
    select
        series_key,
        measure,
        greatest(bucket, 0) / 32 as bucket_group,
        bucket,
        date_trunc('month', day)::date as month,
        day,
        entries
    from {{ day_buckets }}
    union all
    select
        series_key,
        measure,
        -1,
        greatest(bucket, 0) / 32,
        date_trunc('month', day)::date,
        day,
        sum(entries)::integer
    from {{ day_buckets }}
    group by 1, 2, 4, 5, 6
),

{% if kept -%}
newest_kept as (
    select distinct on (series_key, measure, bucket_group) *
    from {{ kept }}
    order by series_key asc, measure asc, bucket_group asc, month desc
),

before as (
    select
        newest_kept.series_key,
        newest_kept.measure,
        newest_kept.bucket_group,
        entry.bucket,
        newest_kept.month,
        sum(entry.entries) as entries
    from newest_kept
    cross join unnest(newest_kept.buckets, newest_kept.counts) as entry (bucket, entries)
    group by 1, 2, 3, 4, 5
),

{% endif -%}
changes as (
    select series_key, measure, bucket_group, bucket, month, entries from by_day
    {%- if kept %}
    union all
    select series_key, measure, bucket_group, bucket, month, entries from before
    {%- endif %}
),

reached as (
    select
        series_key,
        measure,
        bucket_group,
        bucket,
        month,
        sum(sum(entries)) over by_month::integer as entries,
        lead(month, 1, 'infinity') over by_month as next_month
    from changes
    group by series_key, measure, bucket_group, bucket, month
    window by_month as (partition by series_key, measure, bucket_group, bucket order by month)
),

months as (
    select distinct series_key, measure, bucket_group, month from by_day
),

all_entries as (
    select series_key, measure, bucket_group, month, day, bucket, entries from by_day
    union all
    select
        months.series_key,
        months.measure,
        months.bucket_group,
        months.month,
        months.month - 1,
        reached.bucket,
        reached.entries
    from months
    inner join reached
        on
            months.series_key = reached.series_key
            and months.measure = reached.measure
            and months.bucket_group = reached.bucket_group
            and months.month > reached.month
            and months.month <= reached.next_month
)

select
    series_key,
    measure,
    bucket_group,
    month,
    array_agg(day order by day, bucket) as days,
    array_agg(bucket order by day, bucket) as buckets,
    array_agg(entries order by day, bucket) as counts
from all_entries
group by series_key, measure, bucket_group, month
{%- endmacro %}
