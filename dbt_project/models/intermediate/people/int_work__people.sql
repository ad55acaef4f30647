-- One name for a person, whichever role they are met in.
select
    user_id,
    max(full_name) as full_name
from {{ ref('stg_ops__role_memberships') }}
group by user_id
