-- Figures about people carry names for admins, and for who shares a role with the person.
(
    select
        coalesce(array_agg(agent_load.role order by agent_load.role), '{}') as roles,
        :sees_every_name::boolean or coalesce(bool_or(lower(agent_load.role) = any(:own_roles::text[])), false)
        as is_named
    from serving.agent_load
    where agent_load.user_id = series.user_id
)
