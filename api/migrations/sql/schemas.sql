-- One role per deployable, entered with SET ROLE: who may write where is the database's to say.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['sluice_api', 'sluice_intake', 'sluice_pipeline', 'sluice_analyst'] loop
        -- Roles belong to the whole server, so two databases may be migrated into it at once.
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nologin', wanted);
            end if;
        exception when duplicate_object or unique_violation then null;
        end;
    end loop;
end
$$;

create schema ops;
create schema intake;
create schema queue;
create schema ml;
create schema serving;
create schema build authorization sluice_pipeline;
create schema staging authorization sluice_pipeline;
create schema intermediate authorization sluice_pipeline;
create schema marts authorization sluice_pipeline;
create schema dagster authorization sluice_pipeline;
