-- The newest promotion of a kind decides; one without a run says that none is served.
with newest as (
    select distinct on (kind)
        kind,
        model_run_id
    from {{ ref('stg_ml__model_promotions') }}
    order by kind asc, promotion_id desc
)

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
from newest
inner join {{ ref('stg_ml__model_runs') }} as runs on newest.model_run_id = runs.model_run_id
