-- The newest rows only: what was published before has been judged before.
select
    task.task_id,
    task.status,
    task.created_at,
    task.sla_started_at,
    task.target_resolution at time zone 'UTC' as target_resolution,
    ticket.subject,
    ticket.priority
from ops.task as task
inner join ops.ticket_snapshot as ticket using (ticket_id)
where task.deleted_at is null
order by task.task_id desc
limit 5000
