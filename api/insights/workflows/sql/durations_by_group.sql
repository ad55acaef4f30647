-- Entries of one row of `part`: those up to the last day count, those before the first count against.
(
    select
        bound.sign,
        unnest(histogram.buckets[1:entries]) as bucket,
        unnest(histogram.counts[1:entries]) as samples
    from (
        values (1, coalesce(:end_date::date, 'infinity')), (-1, :start_date::date - 1)
    ) as bound (sign, last_day)
    cross join unnest(part.histogram_keys) as one (series_key)
    cross join lateral (
        select buckets, counts, width_bucket(bound.last_day, days) as entries
        from serving.duration_histogram
        where
            duration_histogram.series_key = one.series_key
            and duration_histogram.measure = {{ timed }}
            and duration_histogram.bucket_group = part.bucket_group
            and duration_histogram.month <= bound.last_day
        order by duration_histogram.month desc
        limit 1
    ) as histogram
)
