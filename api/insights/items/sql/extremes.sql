-- The least and the greatest of what `timed` asks for, from the outermost groups of percentiles.sql.
outermost as (
    select asked, min(bucket_group) as bucket_group from overview
    where samples > 0
    group by asked
    union
    select asked, max(bucket_group) from overview
    where samples > 0
    group by asked
),
outermost_entries as (
    select
        outermost.asked,
        unnest(histogram.buckets[1:entries]) as bucket,
        bound.sign * unnest(histogram.counts[1:entries]) as samples
    from outermost
    inner join (
        select distinct asked, series_key, measure, bucket_group from overview_entries
    ) as holder on outermost.asked = holder.asked and outermost.bucket_group = holder.bucket_group
    cross join bound
    cross join lateral (
        select buckets, counts, width_bucket(bound.last_day, days) as entries
        from serving.duration_histogram
        where
            duration_histogram.series_key = holder.series_key
            and duration_histogram.measure = holder.measure
            and duration_histogram.bucket_group = holder.bucket_group
            and duration_histogram.month <= bound.last_day
        order by duration_histogram.month desc
        limit 1
    ) as histogram
),
extremes as (
    select
        held.asked,
        min(held.seconds) as least_seconds,
        max(held.seconds) as greatest_seconds
    from (
        select
            asked,
            case when bucket < 0 then 0 else power(1.02::double precision, bucket + 0.5::double precision) end
            as seconds
        from outermost_entries
        group by asked, bucket
        having sum(samples) > 0
    ) as held
    group by held.asked
)
