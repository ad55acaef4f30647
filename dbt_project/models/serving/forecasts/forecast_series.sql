with newest_run as (
    select * from {{ ref('stg_ml__forecast_runs') }}
    where kind = 'ticket_volume'
    order by run_id desc
    limit 1
)

select
    series.series_key,
    series.department,
    series.category,
    series.sub_category,
    series.workflow_id,
    series.priority,
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
from {{ ref('stg_ml__forecast_series') }} as series
inner join newest_run on series.run_id = newest_run.run_id
