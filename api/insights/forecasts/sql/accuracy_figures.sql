-- Errors of forecasts against what came; a baseline is compared on the days that it could be told for.
'samples', count(*),
'mae', round(avg(abs(scored.error))::numeric, 2),
'wape', round((sum(abs(scored.error)) / nullif(sum(scored.actual), 0))::numeric, 4),
'bias', round((sum(scored.error) / nullif(sum(scored.actual), 0))::numeric, 4),
'coverage_80', round(100.0 * avg((scored.actual between scored.lower_80 and scored.upper_80)::integer), 2),
'coverage_90', round(100.0 * avg((scored.actual between scored.lower_90 and scored.upper_90)::integer), 2),
'coverage_95', round(100.0 * avg((scored.actual between scored.lower_95 and scored.upper_95)::integer), 2),
'seasonal_naive_ratio', round((
    sum(abs(scored.error)) filter (where scored.seasonal_naive is not null)
    / nullif(sum(abs(scored.seasonal_naive - scored.actual)), 0)
)::numeric, 4),
'weekday_mean_ratio', round((
    sum(abs(scored.error)) filter (where scored.weekday_mean is not null)
    / nullif(sum(abs(scored.weekday_mean - scored.actual)), 0)
)::numeric, 4)
