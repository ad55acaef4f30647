-- A row takes its place in one of 32 chains as it is inserted. The transaction decides which, so that none
-- ever waits for two of them, and writers that came together rarely wait for each other.
create function ops.audit_content(event ops.audit_event) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_array(
        event.audit_event_id, event.lane, event.sequence, event.user_id, event.username, event.email,
        event.actor_roles, event.action, event.target_type, event.target_id, event.changes,
        event.description, event.request_id, event.ip_address::text, event.user_agent,
        (extract(epoch from event.recorded_at) * 1000000)::bigint
    )::text
$$;

-- With its owner's rights: the services may add rows, and neither read nor write what the chain ends in.
create function ops.chain_audit_event() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    lane_of_transaction smallint := (pg_current_xact_id()::text::numeric % 32)::smallint;
    head ops.audit_chain;
begin
    select * into strict head from ops.audit_chain where lane = lane_of_transaction for update;
    new.lane := head.lane;
    new.sequence := head.last_sequence + 1;
    new.previous_hash := head.last_hash;
    new.hash := sha256(new.previous_hash || convert_to(ops.audit_content(new), 'UTF8'));
    update ops.audit_chain set last_sequence = new.sequence, last_hash = new.hash where lane = new.lane;
    return new;
end
$$;

-- Rows from before the chain: one after the other in the first lane.
alter table ops.audit_event disable trigger append_only;
do $$
declare
    event ops.audit_event;
    place bigint := 0;
    link bytea := decode(repeat('00', 32), 'hex');
begin
    insert into ops.audit_chain (lane, last_sequence, last_hash)
    select number, 0, link from generate_series(0, 31) as number;
    for event in select * from ops.audit_event order by audit_event_id loop
        place := place + 1;
        event.lane := 0;
        event.sequence := place;
        event.previous_hash := link;
        link := sha256(link || convert_to(ops.audit_content(event), 'UTF8'));
        update ops.audit_event set lane = 0, sequence = place, previous_hash = event.previous_hash, hash = link
        where audit_event_id = event.audit_event_id;
    end loop;
    update ops.audit_chain set last_sequence = place, last_hash = link where lane = 0;
end
$$;
alter table ops.audit_event enable trigger append_only;

create trigger chain before insert on ops.audit_event
for each row execute function ops.chain_audit_event();
create trigger append_only before delete or truncate on ops.audit_chain
for each statement execute function ops.refuse_change();
