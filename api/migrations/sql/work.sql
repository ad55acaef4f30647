-- The work done on tickets, as readers see it: items (one person's turn at one step) and visits of steps.

-- The key of one combination of filters of the work; a null dimension is rolled up over all its values.
create function serving.work_key(
    department text, category text, sub_category text, workflow_id bigint, step_id bigint, priority text,
    role text, user_id bigint, source text
) returns uuid
language sql immutable parallel safe as $$
    select md5(jsonb_build_array(
        'work', department, category, sub_category, workflow_id, step_id, priority, role, user_id, source
    )::text)::uuid
$$;

-- `kept` says which dimensions a series keeps, one bit each in the order of the key's arguments; 511 keeps
-- all of them. Combinations of filters that no mask keeps are sums over the leaves, which are 511.
create table serving.work_series (
    series_key uuid primary key,
    kept integer not null,
    department text,
    category text,
    sub_category text,
    workflow_id bigint,
    workflow_name text,
    step_id bigint,
    step_name text,
    priority text,
    role text,
    user_id bigint,
    user_name text,
    source text
);
create index work_series_kept on serving.work_series (kept);
create index work_series_workflow on serving.work_series (kept, workflow_id) where workflow_id is not null;
create index work_series_step on serving.work_series (kept, step_id) where step_id is not null;
create index work_series_user on serving.work_series (kept, user_id) where user_id is not null;
create index work_series_role on serving.work_series (kept, role) where role is not null;
create index work_series_department on serving.work_series (kept, department) where department is not null;
create index work_series_category on serving.work_series (kept, category) where category is not null;

-- Cumulative since the first item, like serving.ticket_cube. Columns up to `handed_over` count items by
-- the UTC day they were assigned on; `noted_*` count what happened to items by the day it happened;
-- the last ones count visits of steps by the day the step was entered, and belong to no person.
create table serving.work_cube (
    series_key uuid not null,
    day date not null,
    items integer not null,
    items_new integer not null,
    items_in_progress integer not null,
    items_resolved integer not null,
    items_reassigned integer not null,
    items_escalated integer not null,
    items_open integer not null,
    origin_system integer not null,
    origin_transferred integer not null,
    origin_escalation integer not null,
    -- Items with a target, by status and state; reassigned ones are not judged, nor escalated ones in time.
    new_on_track integer not null,
    new_at_risk integer not null,
    new_breached integer not null,
    in_progress_on_track integer not null,
    in_progress_at_risk integer not null,
    in_progress_breached integer not null,
    resolved_met integer not null,
    resolved_missed integer not null,
    escalated_in_time integer not null,
    escalated_missed integer not null,
    reassigned_with_target integer not null,
    actions integer not null,
    action_seconds bigint not null,
    item_resolutions integer not null,
    item_resolution_seconds bigint not null,
    -- Transfers by whom the item was taken from, and by who asked for it.
    handed_over integer not null,
    initiated integer not null,
    noted_new integer not null,
    noted_in_progress integer not null,
    noted_resolved integer not null,
    noted_reassigned integer not null,
    noted_escalated integer not null,
    noted_breached integer not null,
    visits integer not null,
    visits_completed integer not null,
    visits_rejected integer not null,
    visits_open integer not null,
    visit_seconds bigint not null,
    primary key (series_key, day)
);

-- Durations of any kind, of any series, as serving.resolution_histogram keeps them: group -1 is an overview
-- whose buckets are the groups of 32 buckets.
create table serving.duration_histogram (
    series_key uuid not null,
    measure text not null check (measure in (
        'action', 'item_resolution', 'visit'
    )),
    bucket_group integer not null,
    month date not null,
    days date[] not null,
    buckets integer[] not null,
    counts integer[] not null,
    primary key (series_key, measure, bucket_group, month),
    check (cardinality(days) = cardinality(buckets) and cardinality(days) = cardinality(counts))
);

create table serving.item_rows (
    task_item_id bigint primary key,
    task_id bigint not null,
    ticket_number text not null,
    subject text not null,
    department text not null,
    category text not null,
    sub_category text not null,
    workflow_id bigint not null,
    workflow_name text not null,
    step_id bigint not null,
    step_name text not null,
    priority text not null,
    role text not null,
    user_id bigint not null,
    user_name text not null,
    source text not null,
    status text not null,
    origin text not null,
    assigned_on timestamptz not null,
    acted_on timestamptz,
    closed_at timestamptz,
    target_resolution timestamptz,
    -- From assignment to the act; of resolved items, to the resolution.
    action_seconds bigint,
    resolution_seconds bigint,
    sla_status text not null,
    is_open boolean not null,
    -- Where the item came from, if it was transferred or escalated.
    from_task_item_id bigint,
    from_user_id bigint,
    from_user_name text,
    transferred_by bigint,
    transferred_by_name text,
    handover_note text not null
);
create index item_rows_newest on serving.item_rows (assigned_on desc, task_item_id desc);
create index item_rows_status on serving.item_rows (status, assigned_on desc, task_item_id desc);
create index item_rows_origin on serving.item_rows (origin, assigned_on desc, task_item_id desc);
create index item_rows_user on serving.item_rows (user_id, assigned_on desc, task_item_id desc);
create index item_rows_from_user on serving.item_rows (from_user_id, assigned_on desc, task_item_id desc)
where from_user_id is not null;
create index item_rows_transferred_by on serving.item_rows (transferred_by, assigned_on desc, task_item_id desc)
where transferred_by is not null;
create index item_rows_moved on serving.item_rows (assigned_on desc, task_item_id desc)
where origin <> 'System';
create index item_rows_step on serving.item_rows (step_id, assigned_on desc, task_item_id desc);
create index item_rows_workflow on serving.item_rows (workflow_id, assigned_on desc, task_item_id desc);
create index item_rows_department on serving.item_rows (department, assigned_on desc, task_item_id desc);
create index item_rows_category on serving.item_rows (category, assigned_on desc, task_item_id desc);
create index item_rows_role on serving.item_rows (role, assigned_on desc, task_item_id desc);
create index item_rows_task on serving.item_rows (task_id);
create index item_rows_open on serving.item_rows (user_id, target_resolution) where is_open;

grant select on
    serving.work_series, serving.work_cube, serving.duration_histogram, serving.item_rows
to sluice_api;
grant select, insert, update, delete on
    serving.work_series, serving.work_cube, serving.duration_histogram, serving.item_rows
to sluice_pipeline;
grant execute on function serving.work_key to sluice_api, sluice_pipeline;
