-- Tickets as the Ticket Service knows them, whether or not a workflow took them in.

-- The key of one combination of filters. `kept` says which of them a series keeps, one bit each in the order of
-- the other arguments: without it, a ticket that has no workflow would look like all workflows together.
create function serving.snapshot_key(
    kept integer, department text, category text, sub_category text, priority text, workflow_id bigint
) returns uuid
language sql immutable parallel safe as $$
    select md5(jsonb_build_array(
        'snapshot', kept, department, category, sub_category, priority, workflow_id
    )::text)::uuid
$$;

-- All sixteen combinations without the workflow, and the leaves (31), which keep every dimension: with a
-- workflow asked for, an answer is the sum of those of its leaves that pass the other filters.
create table serving.snapshot_series (
    series_key uuid primary key,
    kept integer not null,
    department text,
    category text,
    sub_category text,
    priority text,
    workflow_id bigint
);
create index snapshot_series_kept on serving.snapshot_series (kept, category, sub_category);
create index snapshot_series_workflow on serving.snapshot_series (workflow_id) where workflow_id is not null;

-- Cumulative since the first ticket, by the UTC day of the ticket's creation, like serving.ticket_cube.
create table serving.snapshot_cube (
    series_key uuid not null,
    day date not null,
    tickets integer not null,
    status_new integer not null,
    status_open integer not null,
    status_in_progress integer not null,
    status_on_hold integer not null,
    status_pending integer not null,
    status_pending_external integer not null,
    status_resolved integer not null,
    status_rejected integer not null,
    status_withdrawn integer not null,
    status_closed integer not null,
    primary key (series_key, day)
);

create table serving.snapshot_rows (
    ticket_id bigint primary key,
    task_id bigint,
    ticket_number text not null,
    subject text not null,
    status text not null,
    priority text not null,
    department text not null,
    category text not null,
    sub_category text not null,
    workflow_id bigint,
    workflow_name text,
    created_at timestamptz not null,
    -- Waits for a workflow or for somebody to take it; counted by when it, or its task, came into being.
    is_unassigned boolean not null,
    counted_at timestamptz not null
);
create index snapshot_rows_newest on serving.snapshot_rows (created_at desc, ticket_id desc);
create index snapshot_rows_status on serving.snapshot_rows (status, created_at desc, ticket_id desc);
create index snapshot_rows_category on serving.snapshot_rows
(category, sub_category, created_at desc, ticket_id desc);
create index snapshot_rows_sub_category on serving.snapshot_rows (sub_category, created_at desc, ticket_id desc);
create index snapshot_rows_department on serving.snapshot_rows (department, created_at desc, ticket_id desc);
create index snapshot_rows_priority on serving.snapshot_rows (priority, created_at desc, ticket_id desc);
create index snapshot_rows_workflow on serving.snapshot_rows (workflow_id, created_at desc, ticket_id desc)
where workflow_id is not null;
create index snapshot_rows_unassigned on serving.snapshot_rows (counted_at desc, ticket_id desc)
where is_unassigned;

grant select on serving.snapshot_series, serving.snapshot_cube, serving.snapshot_rows to sluice_api;
grant select, insert, update, delete on
    serving.snapshot_series, serving.snapshot_cube, serving.snapshot_rows
to sluice_pipeline;
grant execute on function serving.snapshot_key to sluice_api, sluice_pipeline;
