-- A day without a published forecast is told as the mean of its weekday, or of all days where the history has
-- no such weekday.
expected as (
    select
        days.day::date as day,
        point.predicted is null as is_mean,
        coalesce(
            point.predicted,
            (
                select avg(tickets) from utc_days
                where extract(dow from utc_days.day) = extract(dow from days.day)
            ),
            (select avg(tickets) from utc_days),
            0
        ) as tickets,
        point.lower_95 as lower,
        point.upper_95 as upper
    from generate_series(
        published.as_of_day::timestamp,
        (published.as_of_day + :forecast_days::integer - 1)::timestamp,
        interval '1 day'
    ) as days (day)
    left join serving.forecast_points as point
        on point.series_key = series.series_key and point.granularity = 'daily' and point.ds = days.day::date
),
source as (
    select
        forecast.champion,
        forecast.model_version,
        forecast.trained_at,
        forecast.train_start,
        forecast.train_end,
        forecast.n_obs,
        forecast.quality,
        forecast.warnings,
        forecast.series_key is not null as is_published,
        coalesce(forecast.fallback, false) or (select bool_or(is_mean) from expected) as fallback
    from (select) as one
    left join serving.forecast_series as forecast on forecast.series_key = series.series_key
)
