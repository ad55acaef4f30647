select
    runs.kind,
    runs.model_run_id,
    runs.model_version,
    runs.trained_at,
    runs.data_from as train_start,
    runs.data_to as train_end,
    runs.ticket_count as n_obs,
    runs.metrics,
    runs.baseline_metrics,
    runs.warnings
from {{ ref('model_decisions') }} as decisions
inner join {{ ref('stg_ml__model_runs') }} as runs on decisions.model_run_id = runs.model_run_id
