(
    with period as (
        select published.as_of_day - :days::integer as first_day
    )

    select json_build_object(
        {{ provenance }},
        'analysis_period_days', :days::integer,
        'is_learned', (
            select coalesce(bool_and(daily_volumes.expected is not null), false)
            from serving.daily_volumes
            where daily_volumes.day >= period.first_day and daily_volumes.is_complete
        ),
        'daily_volumes', (
            select coalesce(json_agg(json_build_object(
                'date', daily_volumes.day,
                'count', daily_volumes.tickets,
                'expected', daily_volumes.expected,
                'spread', daily_volumes.spread
            ) order by daily_volumes.day), '[]')
            from serving.daily_volumes
            where daily_volumes.day >= period.first_day and daily_volumes.is_complete
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
                    anomalies.expected,
                    anomalies.spread,
                    anomalies.deviation
                from serving.anomalies
                where
                    anomalies.day >= period.first_day
                    and anomalies.day < published.as_of_day
                    and abs(anomalies.deviation) >= :anomaly_z::numeric
                    and abs(anomalies.value - anomalies.expected) >= :anomaly_min_difference::numeric
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
