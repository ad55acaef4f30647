select
    memberships.user_id,
    -- One name for a person, whichever role they are met in.
    max(memberships.full_name) as full_name,
    max(memberships.department) as department,
    jsonb_agg(roles.role_name order by roles.role_name) as role_names,
    coalesce(
        jsonb_agg(roles.role_name order by roles.role_name) filter (where memberships.is_active), '[]'
    ) as active_role_names,
    bool_or(memberships.is_active) as is_active
from {{ ref('stg_ops__role_memberships') }} as memberships
inner join {{ ref('stg_ops__roles') }} as roles on memberships.role_id = roles.role_id
group by memberships.user_id
