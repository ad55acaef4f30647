-- Tickets by quarter of an hour, from which the hours of any time zone add up.
create table serving.ticket_arrivals (
    starts_at timestamptz primary key,
    tickets integer not null check (tickets > 0)
);
grant select on serving.ticket_arrivals to sluice_api;
grant select, insert, update, delete on serving.ticket_arrivals to sluice_pipeline;

-- Items that a role was given by the end of a day, for each hour of the clock; two rows tell of any days.
create table serving.role_arrivals (
    role text not null,
    day date not null,
    items_to_date integer [] not null check (array_length(items_to_date, 1) = 24),
    primary key (role, day)
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
