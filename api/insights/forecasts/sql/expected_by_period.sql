forecast as (
    select
        point.ds as date,
        round(sum(point.predicted)::numeric, 2) as predicted_count,
        round(sum(case :confidence::integer
            when 80 then point.lower_80 when 90 then point.lower_90 else point.lower_95
        end)::numeric, 2) as confidence_lower,
        round(sum(case :confidence::integer
            when 80 then point.upper_80 when 90 then point.upper_90 else point.upper_95
        end)::numeric, 2) as confidence_upper
    from chosen
    inner join serving.forecast_points as point on chosen.series_key = point.series_key
    where point.granularity = :forecast_granularity::text
        and point.ds >= date_trunc(:granularity::text, published.as_of_day::timestamp)
    group by point.ds
    order by point.ds
    limit :forecast_periods::integer
)
