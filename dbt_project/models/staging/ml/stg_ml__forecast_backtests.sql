select
    run_id,
    series_key,
    ds,
    predicted
from {{ source('ml', 'forecast_backtest') }}
