select distinct
    series_key,
    kept,
    department,
    category,
    sub_category,
    priority,
    workflow_id
from {{ ref('int_snapshots__members') }}
