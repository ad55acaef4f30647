select
    calendar_id,
    name as calendar_name
from {{ source('ops_time', 'calendar') }}
