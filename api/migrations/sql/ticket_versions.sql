-- When the next publication comes, these are filled; until then nothing is told of an instant in the past.
alter table serving.ticket_rows
add column is_unassigned boolean not null default false,
add column first_response_at timestamptz,
add column escalated_at timestamptz,
add column transferred_at timestamptz;
alter table serving.ticket_rows alter column is_unassigned drop default;

-- States that a ticket no longer has: of an instant, those that hold it are about as many as were open then.
create table serving.ticket_versions (
    task_id bigint not null,
    day date not null,
    valid_from timestamptz not null,
    valid_until timestamptz not null,
    status text not null,
    sla_status text not null,
    sla_source text not null,
    is_critical boolean not null,
    target_resolution timestamptz,
    resolution_time timestamptz,
    resolution_seconds bigint,
    net_resolution_seconds bigint,
    is_unassigned boolean not null,
    primary key (task_id, valid_from),
    check (valid_from < valid_until)
);
create index ticket_versions_at on serving.ticket_versions using gist (tstzrange(valid_from, valid_until));
create index ticket_versions_day on serving.ticket_versions (day);

create table serving.unrouted_waits (
    ticket_id bigint primary key,
    department text not null,
    category text not null,
    sub_category text not null,
    priority text not null,
    waited_from timestamptz not null,
    waited_until timestamptz
);
create index unrouted_waits_at on serving.unrouted_waits using gist (tstzrange(waited_from, waited_until));
create index unrouted_waits_present on serving.unrouted_waits (waited_from) where waited_until is null;

grant select on serving.ticket_versions, serving.unrouted_waits to sluice_api;
grant select, insert, update, delete on serving.ticket_versions, serving.unrouted_waits to sluice_pipeline;
