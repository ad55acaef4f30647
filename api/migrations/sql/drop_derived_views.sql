-- The pipeline's views over the operational tables hold their columns as they are; the next run makes
-- them anew. What is published lives in tables and stays.
do $$
declare
    derived record;
begin
    for derived in
        select schemaname, viewname from pg_views where schemaname in ('staging', 'intermediate', 'marts', 'build')
    loop
        execute format('drop view if exists %I.%I cascade', derived.schemaname, derived.viewname);
    end loop;
end
$$;
