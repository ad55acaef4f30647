grant usage on schema ops, serving, queue to sluice_api;
grant select, insert, update on all tables in schema ops to sluice_api;
revoke update on ops.task_event, ops.task_item_event, ops.ticket_event, ops.audit_event from sluice_api;
grant delete on ops.idempotency_key to sluice_api;
grant usage on all sequences in schema ops to sluice_api;
grant select on all tables in schema serving to sluice_api;
grant execute on function serving.series_key to sluice_api, sluice_pipeline;

grant usage on schema intake, queue to sluice_intake;
grant select, insert, update on all tables in schema intake to sluice_intake;
grant delete on intake.idempotency_key to sluice_intake;
grant usage on all sequences in schema intake to sluice_intake;

grant usage on schema ops, ml, serving to sluice_pipeline;
grant select on all tables in schema ops to sluice_pipeline;
grant select, insert on all tables in schema ml to sluice_pipeline;
grant select, insert, update, delete on all tables in schema serving to sluice_pipeline;
grant usage on all sequences in schema ml, serving to sluice_pipeline;
revoke update, delete on serving.publications from sluice_pipeline;

grant usage on schema marts to sluice_analyst;
alter default privileges for role sluice_pipeline in schema marts grant select on tables to sluice_analyst;
-- dbt creates schemas it is told to manage; the database owner lets it.
do $$ begin execute format('grant create, connect on database %I to sluice_pipeline', current_database()); end $$;

grant select, insert, update, delete on all tables in schema queue to sluice_api, sluice_intake;
grant usage on all sequences in schema queue to sluice_api, sluice_intake;
grant execute on all functions in schema queue to sluice_api, sluice_intake;

-- Readiness asks which revision the database is at.
grant select on public.alembic_version to sluice_api, sluice_intake;
