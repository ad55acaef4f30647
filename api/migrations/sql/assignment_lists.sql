-- Lists of assignments ask on which tab a row is. Told by its task and its ticket, it is kept with the
-- item, so that a page is read from one index however long the history is.
create function ops.tab_of(task_status text, deleted_at timestamptz, ticket_status text) returns text
language sql immutable as $$
    select case
        when deleted_at is not null then 'deleted'
        when task_status in ('completed', 'cancelled')
            or ticket_status in ('Resolved', 'Rejected', 'Withdrawn', 'Closed') then 'inactive'
        else 'active'
    end
$$;

create function ops.give_tab() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    select ops.tab_of(task.status, task.deleted_at, ticket.status) into new.tab
    from ops.task
    join ops.ticket_snapshot as ticket on ticket.ticket_id = task.ticket_id
    where task.task_id = new.task_id;
    return new;
end
$$;

create trigger give_tab before insert on ops.task_item
for each row execute function ops.give_tab();

create function ops.move_tab() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    update ops.task_item as item
    set tab = ops.tab_of(task.status, task.deleted_at, ticket.status)
    from ops.task
    join ops.ticket_snapshot as ticket on ticket.ticket_id = task.ticket_id
    where task.ticket_id = new.ticket_id
        and item.task_id = task.task_id
        and item.tab <> ops.tab_of(task.status, task.deleted_at, ticket.status);
    return null;
end
$$;

create trigger move_tab after update of status, deleted_at on ops.task
for each row
when (ops.tab_of(old.status, old.deleted_at, '') <> ops.tab_of(new.status, new.deleted_at, ''))
execute function ops.move_tab();

create trigger move_tab after update of status on ops.ticket_snapshot
for each row
when (ops.tab_of('', null, old.status) <> ops.tab_of('', null, new.status))
execute function ops.move_tab();

update ops.task_item as item
set tab = ops.tab_of(task.status, task.deleted_at, ticket.status)
from ops.task
join ops.ticket_snapshot as ticket on ticket.ticket_id = task.ticket_id
where item.task_id = task.task_id
    and item.tab <> ops.tab_of(task.status, task.deleted_at, ticket.status);

-- How many assignments there are of each kind, as a sum of changes: who adds one waits for nobody, and
-- a count need not visit what it counts.
create function ops.tally_assignments() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
    holders bigint[];
begin
    if tg_op = 'INSERT' then
        insert into ops.assignment_tally (role_user_id, tab, status, items)
        select role_user_id, tab, status, count(*) from after group by role_user_id, tab, status;
        holders := array(select distinct role_user_id from after);
    elsif tg_op = 'DELETE' then
        insert into ops.assignment_tally (role_user_id, tab, status, items)
        select role_user_id, tab, status, -count(*) from before group by role_user_id, tab, status;
        holders := array(select distinct role_user_id from before);
    else
        insert into ops.assignment_tally (role_user_id, tab, status, items)
        select role_user_id, tab, status, sum(change)
        from (
            select role_user_id, tab, status, 1 as change from after
            union all
            select role_user_id, tab, status, -1 from before
        ) as changes
        group by role_user_id, tab, status
        having sum(change) <> 0;
        holders := array(select distinct role_user_id from after);
    end if;
    -- One change in ten adds up what came before, lest a count grow with the history after all.
    if random() < 0.1 then
        perform ops.add_up_tallies(holders);
    end if;
    return null;
end
$$;

-- Rows that another transaction is adding up are left to it: nobody waits, and no sum is lost.
create function ops.add_up_tallies(holders bigint[]) returns void
language sql security definer set search_path = '' as $$
    with taken as (
        delete from ops.assignment_tally
        where assignment_tally_id in (
            select assignment_tally_id from ops.assignment_tally
            where role_user_id = any (holders)
            for update skip locked
        )
        returning role_user_id, tab, status, items
    )
    insert into ops.assignment_tally (role_user_id, tab, status, items)
    select role_user_id, tab, status, sum(items) from taken
    group by role_user_id, tab, status
    having sum(items) <> 0
$$;

create function ops.forget_tallies() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    delete from ops.assignment_tally;
    return null;
end
$$;

create trigger tally_inserted after insert on ops.task_item
referencing new table as after for each statement execute function ops.tally_assignments();
create trigger tally_updated after update on ops.task_item
referencing old table as before new table as after for each statement execute function ops.tally_assignments();
create trigger tally_deleted after delete on ops.task_item
referencing old table as before for each statement execute function ops.tally_assignments();
create trigger tally_truncated after truncate on ops.task_item
for each statement execute function ops.forget_tallies();

insert into ops.assignment_tally (role_user_id, tab, status, items)
select role_user_id, tab, status, count(*) from ops.task_item group by role_user_id, tab, status;

revoke execute on function ops.give_tab, ops.move_tab, ops.tally_assignments, ops.add_up_tallies,
    ops.forget_tallies from public;
