(
    select visit.step_name from serving.visit_rows as visit
    where
        visit.workflow_id = ticket.workflow_id
        and visit.task_id = ticket.task_id
        and visit.entered_at <= :as_of::timestamptz
    order by visit.visit_number desc
    limit 1
) as current_step
