select
    day,
    counted as tickets,
    is_complete,
    baseline_days,
    expected,
    spread
from {{ ref('int_operational__baselines') }}
where metric = 'volume'
