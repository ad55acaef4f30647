(
    with carried as (
        select
            agent_load.*,
            coalesce(agent_load.capacity, ceil(:critical_workload_per_user::numeric)::integer) as bearable
        from serving.agent_load
        where :role::text is null or agent_load.role = :role::text
    ),

    agents as (
        select
            user_id,
            max(user_name) as user_name,
            bool_or(is_member) as is_active,
            coalesce(max(bearable) filter (where is_member), max(bearable)) as capacity,
            sum(items) as items,
            sum(open_items) as open_items,
            sum(overdue_items) as overdue_items,
            sum(resolved_items) as resolved_items,
            sum(system_items) as system_items,
            sum(transferred_items) as transferred_items,
            sum(escalated_items) as escalated_items,
            json_agg(json_build_object(
                'role', role,
                'is_member', is_member,
                'total_assigned', items,
                'active_tasks', open_items,
                'overdue_items', overdue_items
            ) order by role) as by_role
        from carried
        group by user_id
        having bool_or(is_member) or sum(open_items) > 0
    ),

    roles as (
        select
            role,
            count(*) filter (where is_member) as agents,
            sum(open_items) as open_items,
            sum(overdue_items) as overdue_items,
            coalesce(sum(bearable) filter (where is_member), 0) as capacity
        from carried
        group by role
        having bool_or(is_member) or sum(open_items) > 0
    )

    select json_build_object(
        {{ provenance }},
        'summary', (
            select json_build_object(
                'total_agents', count(*),
                'total_active_tasks', coalesce(sum(open_items), 0),
                'total_assigned_tasks', coalesce(sum(items), 0),
                'avg_tasks_per_agent', round(sum(open_items) / nullif(count(*), 0), 2),
                'overloaded_agents', count(*) filter (where open_items >= capacity),
                'overdue_items', coalesce(sum(overdue_items), 0)
            )
            from agents
        ),
        'workloads', (
            select coalesce(json_agg(json_build_object(
                'user_id', user_id,
                'user_name', user_name,
                'is_active', is_active,
                'total_assigned', items,
                'active_tasks', open_items,
                'overdue_items', overdue_items,
                'completed_tasks', resolved_items,
                'system_assigned', system_items,
                'transferred', transferred_items,
                'escalated', escalated_items,
                'capacity', capacity,
                'utilization', round(100.0 * open_items / capacity, 2),
                'is_overloaded', open_items >= capacity,
                'by_role', by_role
            ) order by open_items desc, overdue_items desc, user_id), '[]')
            from agents
        ),
        'by_role', (
            select coalesce(json_agg(json_build_object(
                'role', role,
                'agents', agents,
                'active_tasks', open_items,
                'overdue_items', overdue_items,
                'capacity', capacity,
                'utilization', round(100.0 * open_items / nullif(capacity, 0), 2)
            ) order by open_items desc, role), '[]')
            from roles
        ),
        'thresholds', json_build_object(
            'critical_workload_per_user', trim_scale(:critical_workload_per_user::numeric)
        )
    )
)
