select
    name as threshold_name,
    value as threshold_value
from {{ source('insights', 'insight_threshold') }}
