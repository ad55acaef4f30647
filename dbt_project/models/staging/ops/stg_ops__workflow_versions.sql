select
    workflow_version_id,
    workflow_id,
    definition,
    is_active
from {{ source('ops', 'workflow_version') }}
