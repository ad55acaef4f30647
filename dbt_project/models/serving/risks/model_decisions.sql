-- The newest decision of a kind is in force; one without a run says that none is served.
select distinct on (kind)
    kind,
    model_run_id,
    promoted_at,
    reason
from {{ ref('stg_ml__model_promotions') }}
order by kind asc, promotion_id desc
