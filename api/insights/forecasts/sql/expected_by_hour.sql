forecast as (
    select
        to_json(hour.starts_at) #>> '{}' || 'Z' as date,
        round(sum(hour.predicted)::numeric, 2) as predicted_count,
        round(sum(greatest(hour.predicted - hour.reach, 0))::numeric, 2) as confidence_lower,
        round(sum(hour.predicted + hour.reach)::numeric, 2) as confidence_upper
    from chosen
    inner join serving.forecast_hours as told on chosen.series_key = told.series_key
    cross join lateral (
        select
            told.starts_on + (expected.number - 1) * interval '1 hour' as starts_at,
            expected.predicted,
            -- Three half-widths of each size, in units of `ml.conformal.count_scale`.
            told.half_widths[
                3 * width_bucket(expected.predicted, told.sizes)
                + case :confidence::integer when 80 then 1 when 90 then 2 else 3 end
            ] * sqrt(greatest(expected.predicted, 1)) as reach
        from unnest(told.predicted::double precision[]) with ordinality as expected (predicted, number)
    ) as hour
    where hour.starts_at > published.data_as_of at time zone 'UTC'
    group by hour.starts_at
    order by hour.starts_at
    limit :forecast_periods::integer
)
