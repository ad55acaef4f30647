-- The resolutions of one row of `part` by bucket: those up to the last day without those before the first.
-- Entries stand in order of day, so what counts by a day is the beginning of the arrays.
(
    select bucket, sum(sign * resolutions)::integer as resolutions
    from (
        select
            bound.sign,
            unnest(histogram.buckets[1:entries]) as bucket,
            unnest(histogram.counts[1:entries]) as resolutions
        from (
            values (1, coalesce(:end_date::date, 'infinity')), (-1, :start_date::date - 1)
        ) as bound (sign, last_day)
        cross join lateral (
            select buckets, counts, width_bucket(bound.last_day, days) as entries
            from serving.resolution_histogram
            where
                resolution_histogram.series_key = series.series_key
                and resolution_histogram.bucket_group = part.bucket_group
                and resolution_histogram.month <= bound.last_day
            order by resolution_histogram.month desc
            limit 1
        ) as histogram
    ) as entry
    group by bucket
)
