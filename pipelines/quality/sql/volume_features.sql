-- One row: the series of all tickets beside the tickets.
select
    (select count(*) from marts.fct_tickets) - coalesce(
        sum(ticket_count) filter (where department is null and category is null and sub_category is null
        and workflow_id is null and priority is null), 0
    ) as missing_tickets,
    min(ticket_count) as least_count,
    count(*) filter (
        where day > (select (max(as_of) at time zone 'UTC')::date from intermediate.int_run__window)
    ) as days_to_come
from marts.ticket_volume
