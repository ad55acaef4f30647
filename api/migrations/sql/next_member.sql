-- The next active member of a role in turn, and the turn moved on; nothing when there is none. Whoever
-- asks at the same time waits for the cursor, and then sees who joined or left the role meanwhile: the
-- choice is a statement of its own. The smallest greater id is fair whoever comes and goes.
create function ops.next_member(wanted_role_id bigint, other_than bigint default null) returns setof bigint
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
    order by user_id <= turn, user_id
    limit 1;
    if found then
        update ops.round_robin_cursor set last_user_id = chosen.user_id where role_id = wanted_role_id;
        return next chosen.role_user_id;
    end if;
end
$$;
