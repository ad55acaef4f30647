{{ columns_item }},
case when item.status = 'resolved' then to_json(item.closed_at at time zone 'UTC') #>> '{}' || 'Z' end
as resolution_time,
round(item.action_seconds / 3600.0, 2) as time_to_action_hours
