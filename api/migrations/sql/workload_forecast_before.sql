drop table serving.role_handling;
drop table serving.role_arrivals;
drop table serving.ticket_arrivals;
