-- What work_percentiles.sql does, for all rows of `groups` at once: their histograms are read in two rounds,
-- first the overviews, then the groups of buckets that hold a rank asked for. A row of `groups` is a
-- `group_id` with its `histogram_keys`; the fragment `timed` names the kind of duration.
overviews as (
    select
        group_id,
        histogram_keys,
        bucket as bucket_group,
        samples,
        sum(samples) over (partition by group_id order by bucket) as last_rank,
        sum(samples) over (partition by group_id)::bigint as total
    from (
        select part.group_id, part.histogram_keys, entry.bucket, sum(entry.sign * entry.samples) as samples
        from (select group_id, -1 as bucket_group, histogram_keys from groups) as part
        cross join lateral {{ durations_by_group }} as entry
        group by part.group_id, part.histogram_keys, entry.bucket
    ) as counted
),
needed as materialized (
    select group_id, histogram_keys, bucket_group, last_rank - samples as ranks_before, total
    from overviews
    where
        samples > 0
        and (
            (last_rank >= (total + 1) / 2 and last_rank - samples < total / 2 + 1)
            or (last_rank >= (9 * total + 9) / 10 and last_rank - samples < (9 * total + 9) / 10)
        )
),
ranked as (
    select
        group_id,
        total,
        samples,
        case when bucket < 0 then 0 else power(1.02::double precision, bucket + 0.5) end as seconds,
        ranks_before + sum(samples) over (partition by group_id, bucket_group order by bucket) as last_rank
    from (
        select
            part.group_id,
            part.bucket_group,
            part.ranks_before,
            part.total,
            entry.bucket,
            sum(entry.sign * entry.samples) as samples
        from needed as part
        cross join lateral {{ durations_by_group }} as entry
        group by part.group_id, part.bucket_group, part.ranks_before, part.total, entry.bucket
    ) as counted
),
timings as (
    select
        group_id,
        total as samples,
        avg(seconds) filter (
            where last_rank >= (total + 1) / 2 and last_rank - samples < total / 2 + 1
        ) as median_seconds,
        min(seconds) filter (where last_rank >= (9 * total + 9) / 10) as p90_seconds
    from ranked
    where samples > 0
    group by group_id, total
)
