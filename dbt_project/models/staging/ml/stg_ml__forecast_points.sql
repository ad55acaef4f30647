select
    run_id,
    series_key,
    granularity,
    ds as period_start_date,
    predicted,
    lower_80,
    upper_80,
    lower_90,
    upper_90,
    lower_95,
    upper_95
from {{ source('ml', 'forecast_point') }}
