select
    run_id,
    series_key,
    department,
    category,
    sub_category,
    workflow_id,
    priority,
    champion,
    fallback as is_fallback,
    train_start as train_start_date,
    train_end as train_end_date,
    n_obs as observation_count,
    quality,
    warnings
from {{ source('ml', 'forecast_series') }}
