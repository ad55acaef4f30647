select
    day,
    counted as tickets,
    is_complete,
    is_holiday,
    baseline_days,
    method,
    expected,
    spread
from {{ ref('int_operational__expectations') }}
where metric = 'volume'
