-- The middle resolution, found from above: first the group of buckets that holds it, then the bucket.
-- The cube's `measured` says how many there are; with an even count the two middle ones are averaged.
(
    with overview as (
        select
            counted.bucket as bucket_group,
            counted.resolutions,
            sum(counted.resolutions) over (order by counted.bucket) as last_rank
        from (values (-1)) as part (bucket_group)
        cross join lateral {{ resolutions_in_group }} as counted
    ),
    middle_groups as (
        select bucket_group, last_rank - resolutions as ranks_before
        from overview
        where
            resolutions > 0
            and last_rank >= (measured.resolutions + 1) / 2
            and last_rank - resolutions < measured.resolutions / 2 + 1
    ),
    ranked as (
        select
            counted.bucket,
            counted.resolutions,
            part.ranks_before
            + sum(counted.resolutions) over (partition by part.bucket_group order by counted.bucket) as last_rank
        from middle_groups as part
        cross join lateral {{ resolutions_in_group }} as counted
    )
    -- A bucket stands for its geometric middle.
    select avg(case when bucket < 0 then 0 else power(1.02::double precision, bucket + 0.5) end) as seconds
    from ranked
    where
        resolutions > 0
        and last_rank >= (measured.resolutions + 1) / 2
        and last_rank - resolutions < measured.resolutions / 2 + 1
)
