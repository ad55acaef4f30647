visit.ticket_number as case_id,
visit.step_name as activity,
to_json(visit.entered_at at time zone 'UTC') #>> '{}' || 'Z' as start_timestamp,
to_json(visit.left_at at time zone 'UTC') #>> '{}' || 'Z' as complete_timestamp,
visit.role as resource,
visit.direction as outcome,
visit.priority,
visit.department,
visit.category
