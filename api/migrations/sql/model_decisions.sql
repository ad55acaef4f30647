-- The decision in force, one per kind: readers of a baseline are told why no model answers.
create table serving.model_decisions (
    kind text primary key,
    model_run_id bigint,
    promoted_at timestamptz not null,
    reason text not null
);
grant select on serving.model_decisions to sluice_api;
grant select, insert, update, delete on serving.model_decisions to sluice_pipeline;
