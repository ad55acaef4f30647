-- What a rebuild of everything kept from build to build found beside what increments had published: one row per
-- rebuild and published table.
create table serving.rebuild_comparisons (
    run_id text not null,
    table_name text not null,
    compared_at timestamptz not null default now(),
    rows bigint not null,
    missing bigint not null,
    surplus bigint not null,
    changed bigint not null,
    -- Keys of at most five rows that differ.
    examples jsonb not null,
    primary key (run_id, table_name)
);
create index rebuild_comparisons_newest on serving.rebuild_comparisons (compared_at desc);

-- Days that were asked to be built anew, and how far that has come.
create table serving.backfills (
    backfill_id bigint generated always as identity primary key,
    first_day date not null,
    last_day date not null check (last_day >= first_day),
    requested_at timestamptz not null default now(),
    built_until date,
    built_at timestamptz
);
-- Two of the same days would be one.
create unique index backfills_unfinished on serving.backfills (first_day, last_day) where built_at is null;

grant select on serving.rebuild_comparisons, serving.backfills to sluice_api;
grant select, insert, update, delete on serving.rebuild_comparisons, serving.backfills to sluice_pipeline;

alter table ops.pipeline_watch drop constraint ck_pipeline_watch_watched_known;
alter table ops.pipeline_watch add constraint ck_pipeline_watch_watched_known
check (watched in ('publication', 'forecasts', 'rebuild'));
insert into ops.pipeline_watch (watched, since) values ('rebuild', now());
