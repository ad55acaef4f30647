(:department::text is null or ticket.department = :department::text)
and (:category::text is null or ticket.category = :category::text)
and (:sub_category::text is null or ticket.sub_category = :sub_category::text)
and (:workflow_id::bigint is null or ticket.workflow_id = :workflow_id::bigint)
and (:priority::text is null or ticket.priority = :priority::text)
and {{ created_in_range }}
