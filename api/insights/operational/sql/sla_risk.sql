(
    with counted as (
        select
            count(*) filter (where ticket.sla_status = 'breached') as breached,
            count(*) filter (where {{ in_time }} and {{ at_risk }}) as at_risk,
            count(*) filter (where {{ in_time }} and {{ at_risk }} and ticket.is_critical) as critical,
            count(*) as with_sla
        from serving.open_tickets as ticket
        where ticket.sla_status <> 'no_sla' and {{ narrowed }}
    )

    select json_build_object(
        {{ head }},
        'at_risk_ratio', trim_scale(:at_risk_ratio::numeric),
        'within_hours', trim_scale(:within_hours::numeric),
        'summary', json_build_object(
            'total_with_sla', counted.with_sla,
            'breached_count', counted.breached,
            'at_risk_count', counted.at_risk,
            'critical_count', counted.critical,
            'healthy_count', counted.with_sla - counted.breached - counted.at_risk
        ),
        'breached', (
            select coalesce(json_agg(row_to_json(late)), '[]')
            from (
                select
                    {{ columns_risk }},
                    round(-ticket.remaining_seconds / 3600.0, 2) as overdue_hours
                from serving.open_tickets as ticket
                where ticket.sla_status = 'breached' and {{ narrowed }}
                order by ticket.remaining_seconds, ticket.task_id
                limit :limit::bigint
            ) as late
        ),
        'at_risk', (
            select coalesce(json_agg(row_to_json(near)), '[]')
            from (
                select {{ columns_risk }}
                from serving.open_tickets as ticket
                where {{ in_time }} and {{ at_risk }} and {{ narrowed }}
                order by ticket.remaining_seconds, ticket.task_id
                limit :limit::bigint
            ) as near
        ),
        'healthy_count', counted.with_sla - counted.breached - counted.at_risk
    )
    from counted
)
