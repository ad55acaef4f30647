-- Models of single tickets: every training is kept with its figures, and which run is served is a line of its own.
create table ml.model_run (
    model_run_id bigint generated always as identity primary key,
    kind text not null check (kind in ('sla_risk', 'resolution_time')),
    model_version text not null,
    code_version text not null,
    trained_at timestamptz not null default now(),
    data_from timestamptz,
    data_to timestamptz not null,
    tickets integer not null check (tickets >= 0),
    seed bigint not null,
    metrics jsonb not null,
    baseline_metrics jsonb not null,
    -- Nothing was learnt, or nothing that beats the baseline: such a run is never served.
    fallback boolean not null,
    warnings jsonb not null,
    unique (kind, model_run_id)
);

-- Apart from its run, as old ones are thrown away and the figures are not.
create table ml.model_artefact (
    model_run_id bigint primary key references ml.model_run,
    content bytea not null
);

create table ml.model_promotion (
    promotion_id bigint generated always as identity primary key,
    kind text not null,
    model_run_id bigint,
    promoted_at timestamptz not null default now(),
    promoted_by text not null,
    -- A run that somebody went back to stays, whatever is trained, until somebody promotes another.
    is_held boolean not null default false,
    reason text not null,
    foreign key (kind, model_run_id) references ml.model_run (kind, model_run_id)
);

create table ml.ticket_prediction (
    task_id bigint not null,
    predicted_on date not null,
    predicted_at timestamptz not null,
    risk_run_id bigint references ml.model_run,
    breach_probability double precision check (breach_probability between 0 and 1),
    may_breach boolean,
    may_be_met boolean,
    risk_factors jsonb,
    time_run_id bigint references ml.model_run,
    remaining_hours double precision check (remaining_hours >= 0),
    lower_80 double precision,
    upper_80 double precision,
    lower_90 double precision,
    upper_90 double precision,
    primary key (task_id, predicted_on),
    check (0 <= lower_90 and lower_90 <= lower_80 and lower_80 <= remaining_hours),
    check (remaining_hours <= upper_80 and upper_80 <= upper_90),
    check ((breach_probability is null) = (risk_run_id is null)),
    check ((remaining_hours is null) = (time_run_id is null))
);
create index on ml.ticket_prediction (predicted_on);

create trigger append_only before update or delete or truncate on ml.model_run
for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ml.model_promotion
for each statement execute function ops.refuse_change();

grant select, insert on ml.model_run, ml.model_promotion to sluice_pipeline;
grant select, insert, delete on ml.model_artefact, ml.ticket_prediction to sluice_pipeline;

-- Open tickets with what the rules and the model say of their SLA, and how long they will still take.
create table serving.ticket_risks (
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
    source text,
    assignee text,
    created_at timestamptz not null,
    target_resolution timestamptz,
    hours_remaining numeric,
    elapsed_ratio numeric,
    is_breached boolean not null,
    rule_score integer not null check (rule_score between 0 and 100),
    rule_factors jsonb not null,
    breach_probability double precision check (breach_probability between 0 and 1),
    may_breach boolean,
    may_be_met boolean,
    model_factors jsonb,
    remaining_hours double precision,
    lower_80 double precision,
    upper_80 double precision,
    lower_90 double precision,
    upper_90 double precision,
    predicted_at timestamptz
);
create index on serving.ticket_risks (is_breached, rule_score);

create table serving.served_models (
    kind text primary key,
    model_run_id bigint not null,
    model_version text not null,
    trained_at timestamptz not null,
    train_start timestamptz,
    train_end timestamptz not null,
    n_obs integer not null,
    metrics jsonb not null,
    baseline_metrics jsonb not null,
    warnings jsonb not null
);

grant select on serving.ticket_risks, serving.served_models to sluice_api;
grant select, insert, update, delete on serving.ticket_risks, serving.served_models to sluice_pipeline;
