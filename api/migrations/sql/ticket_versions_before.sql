drop table serving.unrouted_waits;
drop table serving.ticket_versions;
alter table serving.ticket_rows
drop column transferred_at,
drop column escalated_at,
drop column first_response_at,
drop column is_unassigned;
