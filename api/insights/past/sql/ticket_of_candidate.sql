(select * from serving.ticket_rows where ticket_rows.task_id = candidate.task_id limit 1)
