select
    import_batch_id,
    source_service,
    recorded_at as imported_at
from {{ source('ops_quality', 'import_batch') }}
