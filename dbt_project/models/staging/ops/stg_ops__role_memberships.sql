select
    role_user_id,
    user_id,
    user_full_name as full_name
from {{ source('ops', 'role_user') }}
