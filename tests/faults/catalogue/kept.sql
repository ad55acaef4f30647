-- The operational rows as they were before anything was broken, and how to have them again: the part of a
-- recovery that is done where the rows came from.
create schema kept;
create table kept.task as table ops.task;
create table kept.task_event as table ops.task_event;
create table kept.task_item as table ops.task_item;
create table kept.task_item_event as table ops.task_item_event;
create table kept.ticket_event as table ops.ticket_event;
create table kept.ticket_snapshot as table ops.ticket_snapshot;

create procedure kept.mend() language plpgsql as $$
declare
    kept_table text;
    columns text;
begin
    for kept_table in select tablename from pg_tables where schemaname = 'kept' loop
        select string_agg(quote_ident(attname), ', ' order by attnum) into columns
        from pg_attribute
        where
            attrelid = format('ops.%I', kept_table)::regclass
            and attnum > 0 and not attisdropped and attgenerated = '';
        execute format('delete from ops.%I', kept_table);
        execute format(
            'insert into ops.%1$I (%2$s) overriding system value select %2$s from kept.%1$I', kept_table, columns
        );
    end loop;
end
$$;
