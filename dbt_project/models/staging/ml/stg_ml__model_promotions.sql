select
    promotion_id,
    kind,
    model_run_id,
    promoted_at,
    reason
from {{ source('ml', 'model_promotion') }}
