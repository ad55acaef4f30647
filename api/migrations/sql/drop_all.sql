-- Roles stay: they belong to the server and may serve another database.
drop schema dagster, marts, intermediate, staging, build, serving, ml, queue, intake, ops cascade;
do $$ begin execute format('revoke all on database %I from sluice_pipeline', current_database()); end $$;
