with newest_run as (
    select * from {{ ref('stg_ml__forecast_runs') }}
    where kind = 'resolution_trend'
    order by run_id desc
    limit 1
)

select
    points.period_start_date as ds,
    points.predicted,
    points.lower_80,
    points.upper_80,
    points.lower_90,
    points.upper_90,
    points.lower_95,
    points.upper_95,
    newest_run.run_id,
    series.champion,
    series.is_fallback as fallback,
    newest_run.model_version,
    newest_run.trained_at,
    series.train_start_date as train_start,
    series.train_end_date as train_end,
    series.observation_count as n_obs,
    series.quality,
    series.warnings
from newest_run
inner join {{ ref('stg_ml__forecast_series') }} as series on newest_run.run_id = series.run_id
inner join {{ ref('stg_ml__forecast_points') }} as points
    on series.run_id = points.run_id and series.series_key = points.series_key
