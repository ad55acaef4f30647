-- The newest rows only: what was published before has been judged before.
select
    task.task_id,
    task.status,
    task.created_at,
    task.sla_started_at,
    task.target_resolution,
    task.resolution_time,
    ticket.subject,
    ticket.priority,
    extract(epoch from task.created_at - now()) as seconds_ahead
from ops.task as task
inner join ops.ticket_snapshot as ticket using (ticket_id)
where task.deleted_at is null
order by task.task_id desc
limit 5000
