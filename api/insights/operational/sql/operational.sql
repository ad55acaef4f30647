-- The figures that alerts are made of.
(
    with agents as (
        select
            user_id,
            max(user_name) as user_name,
            sum(open_items) as open_items,
            coalesce(
                max(capacity) filter (where is_member), ceil(:critical_workload_per_user::numeric)
            ) as capacity
        from serving.agent_load
        where is_member or open_items > 0
        group by user_id
        having sum(open_items) > 0
    ),

    counted as (
        select
            count(*) filter (where ticket.sla_status = 'breached') as overdue,
            count(*) filter (where {{ in_time }} and {{ critical }}) as critical,
            count(*) filter (where {{ in_time }} and {{ warning }}) as warning,
            count(*) filter (where {{ stale }}) as stale,
            count(*) filter (where {{ aging }}) as aging
        from serving.open_tickets as ticket
        where {{ narrowed }}
    ),

    pending as (
        select
            ticket.workflow_id,
            max(ticket.workflow_name) as workflow_name,
            count(*) as tickets
        from serving.open_tickets as ticket
        where ticket.status = 'pending' and {{ narrowed }}
        group by ticket.workflow_id
    ),

    period as (
        select published.as_of_day - 1 as first_day
    ),

    {{ anomaly_limits }}

    select json_build_object(
        {{ head }},
        'met', measured.sla_met,
        'breached', measured.sla_breached,
        'tickets', measured.tickets,
        'escalated', measured.escalated,
        'transferred', measured.transferred,
        'resolutions', measured.resolutions,
        'sla_compliance_rate',
        round(100.0 * measured.sla_met / nullif(measured.sla_met + measured.sla_breached, 0), 2),
        'escalation_rate', round(100.0 * measured.escalated / nullif(measured.tickets, 0), 2),
        'transfer_rate', round(100.0 * measured.transferred / nullif(measured.tickets, 0), 2),
        'avg_resolution_hours',
        round(measured.resolution_seconds / 3600.0 / nullif(measured.resolutions, 0), 2),
        'agents', (
            select json_build_object(
                'count', count(*),
                'open_items', coalesce(sum(open_items), 0),
                'busiest', (
                    select row_to_json(busiest)
                    from (select * from agents order by open_items desc, user_id limit 1) as busiest
                ),
                'loaded', coalesce(
                    json_agg(json_build_object(
                        'user_id', user_id,
                        'user_name', user_name,
                        'open_items', open_items,
                        'capacity', capacity
                    ) order by open_items desc, user_id)
                    filter (
                        where
                        open_items * :critical_workload_per_user::numeric
                        >= capacity * least(
                            :high_workload_per_user::numeric, :critical_workload_per_user::numeric
                        )
                    ),
                    '[]'
                )
            )
            from agents
        ),
        'overdue', counted.overdue,
        'critical', counted.critical,
        'most_critical', (
            select coalesce(json_agg(row_to_json(near)), '[]')
            from (
                select
                    ticket.task_id,
                    ticket.ticket_number,
                    round(ticket.remaining_seconds / 3600.0, 2) as hours_remaining,
                    ticket.priority
                from serving.open_tickets as ticket
                where {{ in_time }} and {{ critical }} and {{ narrowed }}
                order by ticket.remaining_seconds, ticket.task_id
                limit 5
            ) as near
        ),
        'warning', counted.warning,
        'stale', counted.stale,
        'aging', counted.aging,
        'pending', (select coalesce(sum(tickets), 0) from pending),
        'backlogs', (
            select coalesce(json_agg(row_to_json(backlog)), '[]')
            from (
                select * from pending
                where tickets >= :workflow_backlog::numeric
                order by tickets desc, workflow_id
                limit 5
            ) as backlog
        ),
        'volumes', (
            select coalesce(json_agg(json_build_object(
                'date', daily_volumes.day,
                'count', daily_volumes.tickets,
                'expected', daily_volumes.expected,
                'spread', daily_volumes.spread,
                'least_deviation', limits.least_deviation
            ) order by daily_volumes.day desc), '[]')
            from serving.daily_volumes
            inner join limits using (day)
        )
    )
    from {{ measures }} as measured
    cross join counted
)
