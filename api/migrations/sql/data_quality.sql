-- Rows that cannot be right and are counted nowhere, each with its reasons.
create table serving.quarantined_rows (
    source_table text not null,
    row_id bigint not null,
    reason text not null,
    ticket_id bigint,
    task_id bigint,
    workflow_id bigint,
    ticket_number text,
    detail text not null,
    priority text,
    department text,
    category text,
    sub_category text,
    seen_at timestamptz not null,
    first_day date,
    last_day date,
    primary key (source_table, row_id, reason)
);

-- How much there is of what numbers are made of.
create table serving.input_facts (
    source_table text primary key,
    row_count bigint not null,
    quarantined_count bigint not null,
    recent_count bigint,
    late_count bigint,
    last_seen_at timestamptz,
    last_occurred_at timestamptz
);
grant select on serving.quarantined_rows, serving.input_facts to sluice_api;
grant select, insert, update, delete on serving.quarantined_rows, serving.input_facts to sluice_pipeline;
