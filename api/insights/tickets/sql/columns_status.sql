{{ columns_base }},
ticket.department,
ticket.category,
ticket.sub_category,
ticket.current_step,
to_json(ticket.target_resolution at time zone 'UTC') #>> '{}' || 'Z' as target_resolution,
to_json(ticket.resolution_time at time zone 'UTC') #>> '{}' || 'Z' as resolution_time,
ticket.assigned_users,
ticket.sla_status
