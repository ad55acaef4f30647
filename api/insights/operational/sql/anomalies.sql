(
    with period as (
        select published.as_of_day - :days::integer as first_day
    ),

    {{ anomaly_limits }},

    days as (
        select
            daily_volumes.*,
            limits.least_deviation
        from serving.daily_volumes
        inner join limits using (day)
        where daily_volumes.is_complete
    )

    select json_build_object(
        {{ provenance }},
        'analysis_period_days', :days::integer,
        'is_learned', (
            select coalesce(bool_and(days.expected is not null or days.is_holiday), false) from days
        ),
        'is_budgeted', (select coalesce(bool_and(days.least_deviation is not null), false) from days),
        'daily_volumes', (
            select coalesce(json_agg(json_build_object(
                'date', days.day,
                'count', days.tickets,
                'is_holiday', days.is_holiday,
                'method', days.method,
                'expected', days.expected,
                'spread', days.spread,
                'least_deviation', days.least_deviation
            ) order by days.day), '[]')
            from days
        ),
        'anomalies', (
            select coalesce(json_agg(row_to_json(unusual)), '[]')
            from (
                select
                    anomalies.metric,
                    anomalies.dimension,
                    anomalies.user_id,
                    anomalies.day as date,
                    anomalies.value,
                    anomalies.method,
                    anomalies.expected,
                    anomalies.spread,
                    anomalies.deviation,
                    days.least_deviation,
                    case when days.least_deviation is not null then (
                        select (count(*) - 1) / 4.0
                        from serving.anomalies as near
                        where
                            near.day between days.day - 27 and days.day
                            and abs(near.deviation) >= abs(anomalies.deviation)
                            and abs(near.value - near.expected) >= :anomaly_min_difference::numeric
                    ) end as false_alarms_per_week
                from serving.anomalies
                inner join days using (day)
                where
                    abs(anomalies.deviation) >= :anomaly_z::numeric
                    and abs(anomalies.value - anomalies.expected) >= :anomaly_min_difference::numeric
                    and (days.least_deviation is null or abs(anomalies.deviation) > days.least_deviation)
                    and (:metric::text is null or anomalies.metric = :metric::text)
                    and (
                        :category::text is null
                        or (anomalies.metric = 'category' and anomalies.dimension_key = :category::text)
                    )
                    and (:user_id::bigint is null or anomalies.user_id = :user_id::bigint)
                order by anomalies.day desc, abs(anomalies.deviation) desc, anomalies.metric, anomalies.dimension_key
            ) as unusual
        )
    )
    from period
)
