-- Percentiles, least and greatest of what `timed` (asked, series_key, measure) asks for, all of it in one pass; a
-- duration of several series is asked for by several rows. Of one series whose durations all lie within the days
-- asked for, the publication has them ready. Any other is told by the histograms: the overview says which groups
-- of buckets hold the ranks, the groups which buckets; a bucket answers with its geometric middle, within 1 % of
-- what it holds. Of an even number the two middle ones are averaged; the 90th percentile of n is the one of rank
-- ceil(0.9 n), the 95th likewise. Entries stand in order of day, so what counts by a day is the beginning of the
-- arrays.
ready as materialized (
    select sole.asked, told.*
    from (
        select asked, (array_agg(series_key))[1] as series_key, min(measure) as measure
        from timed
        group by asked
        having count(*) = 1
    ) as sole
    cross join lateral (
        select samples, least_seconds, median_seconds, p90_seconds, p95_seconds, greatest_seconds, first_day, last_day
        from serving.durations_to_date
        where durations_to_date.series_key = sole.series_key and durations_to_date.measure = sole.measure
        limit 1
    ) as told
    where
        {{ is_ready }}
        and told.first_day >= coalesce(:start_date::date, '-infinity')
        and told.last_day <= coalesce(:end_date::date, 'infinity')
),
bound (sign, last_day) as (
    {{ percentile_bounds }}
),
overview_entries as (
    select
        timed.asked,
        timed.series_key,
        timed.measure,
        unnest(histogram.buckets[1:entries]) as bucket_group,
        bound.sign * unnest(histogram.counts[1:entries]) as samples
    from timed
    cross join bound
    cross join lateral (
        select buckets, counts, width_bucket(bound.last_day, days) as entries
        from serving.duration_histogram
        where
            duration_histogram.series_key = timed.series_key
            and duration_histogram.measure = timed.measure
            and duration_histogram.bucket_group = -1
            and duration_histogram.month <= bound.last_day
        order by duration_histogram.month desc
        limit 1
    ) as histogram
    where not exists (select from ready where ready.asked = timed.asked)
    {{ corrected_overview }}
),
overview as (
    select
        asked,
        bucket_group,
        sum(samples)::integer as samples,
        sum(sum(samples)::integer) over (partition by asked order by bucket_group) as last_rank,
        sum(sum(samples)::integer) over (partition by asked) as total
    from overview_entries
    group by asked, bucket_group
),
needed as (
    select asked, bucket_group, total, last_rank - samples as ranks_before
    from overview
    where
        samples > 0
        and exists (
            select from (
                values (1), ((total + 1) / 2), (total / 2 + 1), ((9 * total + 9) / 10), ((19 * total + 19) / 20), (total)
            ) as wanted (rank)
            where wanted.rank <= last_rank and wanted.rank > last_rank - samples
        )
),
bucket_entries as (
    select
        needed.asked,
        unnest(histogram.buckets[1:entries]) as bucket,
        bound.sign * unnest(histogram.counts[1:entries]) as samples
    from needed
    -- Of many series only those that hold something in the group are worth a look.
    inner join (
        select distinct asked, series_key, measure, bucket_group from overview_entries
    ) as holder on needed.asked = holder.asked and needed.bucket_group = holder.bucket_group
    cross join bound
    cross join lateral (
        select buckets, counts, width_bucket(bound.last_day, days) as entries
        from serving.duration_histogram
        where
            duration_histogram.series_key = holder.series_key
            and duration_histogram.measure = holder.measure
            and duration_histogram.bucket_group = needed.bucket_group
            and duration_histogram.month <= bound.last_day
        order by duration_histogram.month desc
        limit 1
    ) as histogram
    {{ corrected_buckets }}
),
bucket_samples as (
    select asked, bucket, sum(samples)::integer as samples
    from bucket_entries
    group by asked, bucket
),
ranked as (
    select
        needed.asked,
        needed.total,
        case when bucket < 0 then 0 else power(1.02::double precision, bucket + 0.5::double precision) end as seconds,
        samples,
        ranks_before + sum(samples) over (partition by needed.asked, bucket_group order by bucket) as last_rank
    from needed
    inner join bucket_samples
        on needed.asked = bucket_samples.asked and needed.bucket_group = greatest(bucket_samples.bucket, 0) / 32
),
percentiles as materialized (
    select asked, samples, least_seconds, median_seconds, p90_seconds, p95_seconds, greatest_seconds from ready
    union all
    select
        asked,
        total,
        min(seconds),
        avg(seconds) filter (where last_rank >= (total + 1) / 2 and last_rank - samples < total / 2 + 1),
        min(seconds) filter (where last_rank >= (9 * total + 9) / 10),
        min(seconds) filter (where last_rank >= (19 * total + 19) / 20),
        max(seconds)
    from ranked
    where samples > 0
    group by asked, total
)
