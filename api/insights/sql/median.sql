-- The middle of the merged histograms: whole months where they fit, days at the edges.
(
    with bounds as (
        select
            coalesce(
                date_trunc('month', :start_date::date + interval '1 month' - interval '1 day')::date, '-infinity'
            ) as first_month,
            coalesce(date_trunc('month', :end_date::date + interval '1 day')::date, 'infinity') as after_months
    ),
    histograms as (
        select buckets, counts from serving.resolution_histogram
        where
            resolution_histogram.series_key = series.series_key
            and period = 'all'
            and :start_date::date is null
            and :end_date::date is null
        union all
        select buckets, counts from serving.resolution_histogram
        where
            resolution_histogram.series_key = series.series_key
            and period = 'month'
            and period_start >= (select first_month from bounds)
            and period_start < (select after_months from bounds)
            and (:start_date::date is not null or :end_date::date is not null)
        union all
        select buckets, counts from serving.resolution_histogram
        where
            resolution_histogram.series_key = series.series_key
            and period = 'day'
            and period_start >= :start_date::date
            and period_start < (select first_month from bounds)
            and period_start <= coalesce(:end_date::date, 'infinity')
        union all
        select buckets, counts from serving.resolution_histogram
        where
            resolution_histogram.series_key = series.series_key
            and period = 'day'
            and period_start >= (select greatest(first_month, after_months) from bounds)
            and period_start <= :end_date::date
    ),
    merged as (
        select bucket, sum(occurrences)::bigint as occurrences
        from histograms
        cross join unnest(histograms.buckets, histograms.counts) as entry (bucket, occurrences)
        group by bucket
    ),
    ranked as (
        select
            bucket,
            sum(occurrences) over (order by bucket) as last_rank,
            sum(occurrences) over ()::bigint as total
        from merged
    )
    -- With an even count the two middle ones are averaged; a bucket stands for its geometric middle.
    select avg(case when bucket < 0 then 0 else power(1.02::double precision, bucket + 0.5) end) as seconds
    from (
        (select bucket from ranked where last_rank >= (total + 1) / 2 order by bucket limit 1)
        union all
        (select bucket from ranked where last_rank >= total / 2 + 1 order by bucket limit 1)
    ) as middle
)
