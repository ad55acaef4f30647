-- Every ticket that was there at the instant, in the state that it was in.
select {{ ticket_then }}
from serving.ticket_rows as ticket
left join (
    {{ moved }}
) as moved on ticket.task_id = moved.task_id
where ticket.created_at <= :as_of::timestamptz
