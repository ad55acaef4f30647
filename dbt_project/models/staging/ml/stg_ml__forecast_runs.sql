select
    run_id,
    kind,
    model_version,
    trained_at
from {{ source('ml', 'forecast_run') }}
