(select * from serving.ticket_rows where ticket_rows.task_id = moved.task_id limit 1)
