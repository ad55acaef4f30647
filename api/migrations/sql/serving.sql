-- What readers see. The pipeline changes these tables in one transaction per publication.

-- The key of one combination of filters; a null dimension is rolled up over all its values.
create function serving.series_key(
    department text, category text, sub_category text, workflow_id bigint, priority text
) returns uuid
language sql immutable parallel safe as $$
    select md5(jsonb_build_array(department, category, sub_category, workflow_id, priority)::text)::uuid
$$;

create table serving.publications (
    publication_id bigint generated always as identity primary key,
    published_at timestamptz not null default now(),
    data_as_of timestamptz not null,
    watermark xid8 not null,
    run_id text not null,
    code_version text not null,
    row_counts jsonb not null,
    check_results jsonb not null
);

create table serving.current_publication (
    only_row boolean primary key default true check (only_row),
    publication_id bigint not null references serving.publications
);

create table serving.ticket_series (
    series_key uuid primary key,
    department text,
    category text,
    sub_category text,
    workflow_id bigint,
    workflow_name text,
    priority text
);
-- The branches of a series: those with the same filters, narrowed by one more dimension.
create index ticket_series_by_workflow on serving.ticket_series
(serving.series_key(department, category, sub_category, null, priority)) where workflow_id is not null;
create index ticket_series_by_department on serving.ticket_series
(serving.series_key(null, category, sub_category, workflow_id, priority)) where department is not null;
create index ticket_series_by_category on serving.ticket_series
(serving.series_key(department, null, sub_category, workflow_id, priority)) where category is not null;

-- Every measure is cumulative since the first ticket: a date range is the row at its end minus the
-- row before its start, whatever lies between. Columns up to `users` count tickets by the day they
-- were created; the flows below count them by the day the thing happened.
create table serving.ticket_cube (
    series_key uuid not null,
    day date not null,
    tickets integer not null,
    pending integer not null,
    in_progress integer not null,
    on_hold integer not null,
    completed integer not null,
    cancelled integer not null,
    pending_external integer not null,
    sla_met integer not null,
    sla_breached integer not null,
    sla_on_track integer not null,
    sla_at_risk integer not null,
    sla_critical integer not null,
    sla_none integer not null,
    age_0_1 integer not null,
    age_1_7 integer not null,
    age_7_30 integer not null,
    age_30_90 integer not null,
    age_90_plus integer not null,
    open_age_0_1 integer not null,
    open_age_1_7 integer not null,
    open_age_7_30 integer not null,
    open_age_30_90 integer not null,
    open_age_90_plus integer not null,
    resolutions integer not null,
    resolution_seconds bigint not null,
    first_responses integer not null,
    first_response_seconds bigint not null,
    escalated integer not null,
    transferred integer not null,
    unassigned integer not null,
    users integer not null,
    resolved_flow integer not null,
    cancelled_flow integer not null,
    primary key (series_key, day)
);

-- What adds up over days but is no single number is kept by month, as entries in order of day. Those up to
-- any day, which stand first, make up the state as of that day; the first of all, dated the eve of the
-- month, sum up what came before it. So a day costs one row, and a range at most two.

-- Group -1 is an overview whose buckets are the groups; the others hold 32 buckets each.
create table serving.resolution_histogram (
    series_key uuid not null,
    bucket_group integer not null,
    month date not null,
    days date[] not null,
    buckets integer[] not null,
    counts integer[] not null,
    primary key (series_key, bucket_group, month),
    check (cardinality(days) = cardinality(buckets) and cardinality(days) = cardinality(counts))
);

-- How many people were last seen on which day: as of its end, the people of a range were last seen in it.
create table serving.user_days (
    series_key uuid not null,
    month date not null,
    days date[] not null,
    last_seen date[] not null,
    users integer[] not null,
    primary key (series_key, month),
    check (cardinality(days) = cardinality(last_seen) and cardinality(days) = cardinality(users))
);

create table serving.ticket_rows (
    task_id bigint primary key,
    ticket_number text not null,
    subject text not null,
    status text not null,
    priority text not null,
    department text not null,
    category text not null,
    sub_category text not null,
    workflow_id bigint not null,
    workflow_name text not null,
    current_step text,
    assigned_users jsonb not null,
    created_at timestamptz not null,
    created_day date not null,
    target_resolution timestamptz,
    resolution_time timestamptz,
    resolution_seconds bigint,
    is_open boolean not null,
    age_bucket text not null,
    sla_status text not null,
    sla_source text not null,
    is_critical boolean not null
);
create index ticket_rows_newest on serving.ticket_rows (created_at desc, task_id desc);
create index ticket_rows_open on serving.ticket_rows (created_at, task_id) where is_open;
create index ticket_rows_status on serving.ticket_rows (status, created_at desc, task_id desc);
create index ticket_rows_priority on serving.ticket_rows (priority, created_at desc, task_id desc);
create index ticket_rows_sla on serving.ticket_rows (sla_status, target_resolution, task_id);
create index ticket_rows_target on serving.ticket_rows (target_resolution, task_id)
where sla_status <> 'no_sla';
create index ticket_rows_age on serving.ticket_rows (age_bucket, is_open, created_at, task_id);
create index ticket_rows_department on serving.ticket_rows (department, created_at desc, task_id desc);
create index ticket_rows_category on serving.ticket_rows
(category, sub_category, created_at desc, task_id desc);
create index ticket_rows_workflow on serving.ticket_rows (workflow_id, created_at desc, task_id desc);

create table serving.forecast_series (
    series_key uuid primary key,
    department text,
    category text,
    sub_category text,
    workflow_id bigint,
    priority text,
    run_id bigint not null,
    champion text not null,
    fallback boolean not null,
    model_version text not null,
    trained_at timestamptz not null,
    train_start date,
    train_end date,
    n_obs integer not null,
    quality jsonb not null,
    warnings jsonb not null
);

create table serving.forecast_points (
    series_key uuid not null,
    granularity text not null check (granularity in ('daily', 'weekly', 'monthly')),
    ds date not null,
    predicted double precision not null check (predicted >= 0),
    lower_80 double precision not null check (lower_80 >= 0),
    upper_80 double precision not null,
    lower_90 double precision not null check (lower_90 >= 0),
    upper_90 double precision not null,
    lower_95 double precision not null check (lower_95 >= 0),
    upper_95 double precision not null,
    primary key (series_key, granularity, ds),
    check (lower_95 <= lower_90 and lower_90 <= lower_80 and lower_80 <= predicted),
    check (predicted <= upper_80 and upper_80 <= upper_90 and upper_90 <= upper_95)
);
