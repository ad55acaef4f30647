-- Tickets of what is asked for that have a row which cannot be right. What is not known of a ticket may be what
-- is asked for.
select count(distinct coalesce(aside.ticket_id, -aside.row_id))
from serving.quarantined_rows as aside
where
    (:department::text is null or coalesce(aside.department, :department::text) = :department::text)
    and (:category::text is null or coalesce(aside.category, :category::text) = :category::text)
    and (:sub_category::text is null or coalesce(aside.sub_category, :sub_category::text) = :sub_category::text)
    and (:workflow_id::bigint is null or coalesce(aside.workflow_id, :workflow_id::bigint) = :workflow_id::bigint)
    and (:priority::text is null or coalesce(aside.priority, :priority::text) = :priority::text)
    and (:start_date::date is null or coalesce(aside.last_day, :start_date::date) >= :start_date::date)
    and (:end_date::date is null or coalesce(aside.first_day, :end_date::date) <= :end_date::date)
