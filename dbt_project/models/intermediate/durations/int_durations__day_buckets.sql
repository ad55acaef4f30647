select series_key, measure, day, bucket, entries from {{ ref('int_series__day_buckets') }}
union all
select series_key, measure, day, bucket, entries from {{ ref('int_work__day_buckets') }}
