select
    run_id,
    kind,
    model_version,
    trained_at,
    data_as_of
from {{ source('ml', 'forecast_run') }}
