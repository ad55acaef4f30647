-- The durations named by `timed.measure`, found from above: the groups of buckets that hold the ranks asked
-- for, then the buckets. A bucket answers with its geometric middle, within 1 % of what it holds. Of an even
-- number the two middle ones are averaged; the 90th percentile of n is the one of rank ceil(0.9 n), the 95th likewise.
(
    with overview as (
        select
            counted.bucket as bucket_group,
            counted.samples,
            sum(counted.samples) over (order by counted.bucket) as last_rank,
            sum(counted.samples) over () as total
        from (values (-1)) as part (bucket_group)
        cross join lateral {{ durations_in_group }} as counted
    ),
    ranks as (
        select
            (total + 1) / 2 as lower_middle,
            total / 2 + 1 as upper_middle,
            (9 * total + 9) / 10 as ninetieth,
            (19 * total + 19) / 20 as ninety_fifth,
            total
        from (select max(total)::bigint as total from overview) as counted
    ),
    needed as (
        select bucket_group, overview.last_rank - samples as ranks_before
        from overview
        cross join ranks
        where
            overview.samples > 0
            and exists (
                select from (
                    values (1), (lower_middle), (upper_middle), (ninetieth), (ninety_fifth), (ranks.total)
                ) as wanted (rank)
                where wanted.rank <= overview.last_rank and wanted.rank > overview.last_rank - overview.samples
            )
    ),
    ranked as (
        select
            case when counted.bucket < 0 then 0 else power(1.02::double precision, counted.bucket + 0.5) end
            as seconds,
            counted.samples,
            part.ranks_before
            + sum(counted.samples) over (partition by part.bucket_group order by counted.bucket) as last_rank
        from needed as part
        cross join lateral {{ durations_in_group }} as counted
    )
    select
        coalesce(max(ranks.total), 0) as samples,
        avg(ranked.seconds) filter (
            where ranked.last_rank >= lower_middle and ranked.last_rank - ranked.samples < upper_middle
        ) as median_seconds,
        min(ranked.seconds) filter (where ranked.last_rank >= ninetieth) as p90_seconds,
        min(ranked.seconds) filter (where ranked.last_rank >= ninety_fifth) as p95_seconds,
        min(ranked.seconds) as least_seconds,
        max(ranked.seconds) as greatest_seconds
    from ranks
    left join ranked on ranked.samples > 0
)
