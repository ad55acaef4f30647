-- Tickets by quarter of an hour, from which the hours of any time zone add up.
create table serving.ticket_arrivals (
    starts_at timestamptz primary key,
    tickets integer not null check (tickets > 0)
);
grant select on serving.ticket_arrivals to sluice_api;
grant select, insert, update, delete on serving.ticket_arrivals to sluice_pipeline;

-- Items by the hour they were assigned in, role by role; read by a stretch of time.
create table serving.role_arrivals (
    starts_at timestamptz not null,
    role text not null,
    items integer not null check (items > 0),
    primary key (starts_at, role)
);
grant select on serving.role_arrivals to sluice_api;
grant select, insert, update, delete on serving.role_arrivals to sluice_pipeline;

create table serving.role_handling (
    role text primary key,
    handled_items integer not null check (handled_items > 0),
    handling_seconds double precision not null check (handling_seconds between 0 and 28800)
);
grant select on serving.role_handling to sluice_api;
grant select, insert, update, delete on serving.role_handling to sluice_pipeline;
