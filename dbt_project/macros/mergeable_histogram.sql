{# Histograms that can be added and subtracted, from a relation with series_key, measure, day, bucket and
   entries, summed by month. Group -1 is an overview whose buckets are the groups of 32 buckets. With `changed`
   only those groups of these series are made. #}
{% macro mergeable_histogram(day_buckets, kept=none, changed=none) -%}
with grouped as (
    select
        series_key,
        measure,
        {{ bucket_group('bucket') }} as bucket_group,
        bucket,
        day,
        entries
    from {{ day_buckets }}
    union all
    select
        series_key,
        measure,
        -1,
        {{ bucket_group('bucket') }},
        day,
        sum(entries)::integer
    from {{ day_buckets }}
    group by 1, 2, 4, 5
),

by_day as (
    select
        series_key,
        measure,
        bucket_group,
        bucket,
        date_trunc('month', day)::date as month,
        day,
        entries
    from grouped
    {% if changed -%}
    inner join {{ changed }} using (series_key, measure, bucket_group)
    {%- endif %}
),

{{ summed_by_month(["series_key", "measure", "bucket_group"], "bucket", "buckets", "entries", "counts", kept) }}
{%- endmacro %}

{# Which 32 buckets: one below 0 goes with the first. #}
{% macro bucket_group(bucket) -%}
    greatest({{ bucket }}, 0) / 32
{%- endmacro %}
