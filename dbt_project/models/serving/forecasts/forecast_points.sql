select
    points.series_key,
    points.granularity,
    points.period_start_date as ds,
    points.predicted,
    points.lower_80,
    points.upper_80,
    points.lower_90,
    points.upper_90,
    points.lower_95,
    points.upper_95
from {{ ref('stg_ml__forecast_points') }} as points
inner join {{ ref('forecast_series') }} as series
    on points.run_id = series.run_id and points.series_key = series.series_key
