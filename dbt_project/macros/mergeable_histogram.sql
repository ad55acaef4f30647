{# Histograms that can be added and subtracted, from a relation with series_key, measure, day, bucket and
   entries, summed by month. Group -1 is an overview whose buckets are the groups of 32 buckets. #}
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

{{ summed_by_month(["series_key", "measure", "bucket_group"], "bucket", "buckets", "entries", "counts", kept) }}
{%- endmacro %}
