-- The middle of the merged histograms. A range is the whole months nearest to it, and the days by which
-- they miss it: added where they fall short, taken away where they go beyond.
(
    with ends as (
        select
            :start_date::date as first_day,
            :end_date::date + 1 as after_last,
            coalesce(:end_date::date < :start_date::date + 31, false) as is_short
    ),
    months as (
        select
            case when is_short then first_day else
                coalesce(date_trunc('month', first_day + interval '15 days')::date, '-infinity')
            end as first_day,
            case when is_short then first_day else
                coalesce(date_trunc('month', after_last + interval '15 days')::date, 'infinity')
            end as after_last
        from ends
    ),
    edges as (
        select edge.*
        from ends
        cross join months
        cross join lateral (
            values
            (1, ends.first_day, months.first_day),
            (-1, months.first_day, ends.first_day),
            (1, months.after_last, ends.after_last),
            (-1, ends.after_last, months.after_last)
        ) as edge (sign, first_day, after_last)
    ),
    histograms as (
        select 1 as sign, buckets, counts from serving.resolution_histogram
        where
            resolution_histogram.series_key = series.series_key
            and period = 'all'
            and :start_date::date is null
            and :end_date::date is null
        union all
        select 1 as sign, buckets, counts from serving.resolution_histogram
        where
            resolution_histogram.series_key = series.series_key
            and period = 'month'
            and period_start >= (select first_day from months)
            and period_start < (select after_last from months)
            and (:start_date::date is not null or :end_date::date is not null)
        union all
        select edges.sign, days.buckets, days.counts from edges
        inner join serving.resolution_histogram as days
            on days.period_start >= edges.first_day and days.period_start < edges.after_last
        where days.series_key = series.series_key and days.period = 'day'
    ),
    merged as (
        select bucket, sum(sign * occurrences)::integer as occurrences
        from histograms
        cross join unnest(histograms.buckets, histograms.counts) as entry (bucket, occurrences)
        group by bucket
        having sum(sign * occurrences) <> 0
    ),
    ranked as (
        select bucket, sum(occurrences) over (order by bucket) as last_rank from merged
    )
    -- The cube's `measured` says how many there are; with an even count the two middle ones are averaged; a bucket stands for its geometric middle.
    select avg(case when bucket < 0 then 0 else power(1.02::double precision, bucket + 0.5) end) as seconds
    from (
        (select bucket from ranked where last_rank >= (measured.resolutions + 1) / 2 order by bucket limit 1)
        union all
        (select bucket from ranked where last_rank >= measured.resolutions / 2 + 1 order by bucket limit 1)
    ) as middle
)
