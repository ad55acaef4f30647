select
    role_id,
    name as role_name
from {{ source('ops', 'role') }}
