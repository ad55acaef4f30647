select
    role_user_id,
    role_id,
    user_id,
    user_full_name as full_name,
    department,
    capacity,
    is_active
from {{ source('ops', 'role_user') }}
