-- What is to be delivered and the job that delivers it are one thing: the row's own insert queues it.
-- A new ticket comes before the news of an old one, and both before what people are told: a worker that
-- has more to do than it can is late with its mail first.
create function queue.defer_event() returns trigger
language plpgsql set search_path = queue, pg_temp as $$
begin
    perform procrastinate_defer_jobs_v1(array(
        select row(
            tg_argv[0], 'deliver_event', tg_argv[1]::int, null, told.event_id,
            jsonb_build_object('outbox_name', tg_table_schema, 'event_id', told.event_id), null
        )::procrastinate_job_to_defer_v1
        from told
    ));
    return null;
end
$$;

create trigger defer_event after insert on intake.outbox_event
referencing new table as told for each statement execute function queue.defer_event('deliveries', 20);
create trigger defer_event after insert on ops.outbox_event
referencing new table as told for each statement execute function queue.defer_event('answers', 10);

create function queue.defer_notification() returns trigger
language plpgsql set search_path = queue, pg_temp as $$
begin
    perform procrastinate_defer_jobs_v1(array(
        select row(
            'notifications', 'dispatch_notification', 0, null, told.notification_id::text,
            jsonb_build_object('notification_id', told.notification_id), null
        )::procrastinate_job_to_defer_v1
        from told
    ));
    return null;
end
$$;

create trigger defer_notification after insert on ops.notification
referencing new table as told for each statement execute function queue.defer_notification();

create function queue.defer_notification_delivery() returns trigger
language plpgsql set search_path = queue, pg_temp as $$
begin
    perform procrastinate_defer_jobs_v1(array(
        select row(
            'notifications', 'deliver_notification', 0, null, 'delivery-' || told.notification_delivery_id,
            jsonb_build_object('delivery_id', told.notification_delivery_id), told.next_attempt_at
        )::procrastinate_job_to_defer_v1
        from told
    ));
    return null;
end
$$;

create trigger defer_notification_delivery after insert on ops.notification_delivery
referencing new table as told for each statement execute function queue.defer_notification_delivery();

create trigger append_only before update or delete or truncate on ops.sla_crossing
for each statement execute function ops.refuse_change();

grant select, insert, update on
ops.outbox_event, ops.notification, ops.notification_delivery, ops.notification_setting, ops.webhook
to sluice_api;
grant select, insert, update, delete on ops.notification_preference to sluice_api;
grant select, insert on ops.sla_crossing to sluice_api;
grant select on ops.sla_crossing to sluice_pipeline;
grant usage on all sequences in schema ops to sluice_api;
grant select, insert, update on intake.inbox_event, intake.uploaded_file, intake.api_key to sluice_intake;
grant usage on all sequences in schema intake to sluice_intake;

-- The next active member of a role in turn, and the turn moved on; nothing when there is none. Whoever
-- asks at the same time waits for the cursor, and then sees who joined or left the role meanwhile: the
-- choice is a statement of its own. Nobody whose account is switched off is chosen. The smallest greater id is fair whoever comes and goes.
create or replace function ops.next_member(wanted_role_id bigint, other_than bigint default null) returns setof bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    turn bigint;
    chosen record;
begin
    insert into ops.round_robin_cursor (role_id, last_user_id) values (wanted_role_id, 0)
    on conflict (role_id) do nothing;
    select last_user_id into strict turn from ops.round_robin_cursor
    where role_id = wanted_role_id for update;
    select role_user_id, user_id into chosen from ops.role_user
    where role_id = wanted_role_id and is_active and user_id is distinct from other_than
    and not exists (
        select from ops.user_account
        where user_account.user_type = 'staff' and user_account.user_id = role_user.user_id
        and not user_account.is_active)
    order by user_id <= turn, user_id
    limit 1;
    if found then
        update ops.round_robin_cursor set last_user_id = chosen.user_id where role_id = wanted_role_id;
        return next chosen.role_user_id;
    end if;
end
$$;
