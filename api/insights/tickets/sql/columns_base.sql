ticket.task_id,
ticket.ticket_number,
ticket.subject,
ticket.status,
ticket.priority,
ticket.workflow_name,
to_json(ticket.created_at at time zone 'UTC') #>> '{}' || 'Z' as created_at
