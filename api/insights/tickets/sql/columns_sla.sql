{{ columns_base }},
to_json(ticket.target_resolution at time zone 'UTC') #>> '{}' || 'Z' as target_resolution,
to_json(ticket.resolution_time at time zone 'UTC') #>> '{}' || 'Z' as resolution_time,
ticket.sla_status,
ticket.sla_source,
ticket.is_critical,
-- A held ticket's clock stands still at an instant the row does not carry: no remaining time is told.
case when ticket.sla_status in ('on_track', 'at_risk') and ticket.status <> 'on_hold' then
    round(extract(epoch from ticket.target_resolution - published.judged_at) / 3600, 2)
end as time_remaining_hours,
case when ticket.sla_status = 'breached' and ticket.status <> 'on_hold' then
    round(extract(
        epoch from coalesce(ticket.resolution_time, published.judged_at) - ticket.target_resolution
    ) / 3600, 2)
end as time_overdue_hours
