-- History that can be rewritten proves nothing: these tables take rows and keep them.
create function ops.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'restrict_violation';
end
$$;

create trigger append_only before update or delete or truncate on ops.task_event
for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ops.task_item_event
for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ops.ticket_event
for each statement execute function ops.refuse_change();
create trigger append_only before update or delete or truncate on ops.audit_event
for each statement execute function ops.refuse_change();

-- A version is what running tasks are bound to; only the mark of the active one may move.
create function ops.refuse_version_change() returns trigger
language plpgsql as $$
begin
    if (new.workflow_id, new.version, new.definition, new.definition_hash)
        is distinct from (old.workflow_id, old.version, old.definition, old.definition_hash) then
        raise exception 'workflow version % of workflow % is frozen', old.version, old.workflow_id
            using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

create trigger frozen before update on ops.workflow_version
for each row execute function ops.refuse_version_change();
