-- How unusual a day must be: in the four weeks that end with it there are no more that are as unusual than the
-- budget allows. What may not be told for its difference uses up nothing of it.
judged as (
    select
        daily_volumes.day,
        daily_volumes.day - min(daily_volumes.day) filter (where daily_volumes.expected is not null) over () >= 27
            as has_budget
    from serving.daily_volumes
),

limits as (
    select
        judged.day,
        case when judged.has_budget then coalesce(farthest.deviation, 0) end as least_deviation
    from judged
    left join lateral (
        select abs(near.deviation) as deviation
        from serving.anomalies as near
        where
            near.day between judged.day - 27 and judged.day
            and abs(near.value - near.expected) >= :anomaly_min_difference::numeric
        order by abs(near.deviation) desc
        offset ceil(4 * :anomaly_alerts_per_week::numeric)
        limit 1
    ) as farthest on true
    where judged.day >= (select period.first_day from period)
)
