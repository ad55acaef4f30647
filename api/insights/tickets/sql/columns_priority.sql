{{ columns_base }},
to_json(ticket.target_resolution at time zone 'UTC') #>> '{}' || 'Z' as target_resolution,
ticket.sla_status
