select
    model_run_id,
    kind,
    model_version,
    trained_at,
    data_from,
    data_to,
    tickets as ticket_count,
    metrics,
    baseline_metrics,
    warnings
from {{ source('ml', 'model_run') }}
