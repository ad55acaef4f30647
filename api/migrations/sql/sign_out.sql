-- Families of refresh tokens were sessions without a row: those with no live token have ended.
insert into ops.user_session (session_id, account_id, started_at, ended_at)
select
    refresh_token.family,
    min(refresh_token.account_id),
    min(refresh_token.issued_at),
    case when bool_and(refresh_token.revoked_at is not null) then max(refresh_token.revoked_at) end
from ops.refresh_token
group by refresh_token.family;

create index ix_user_account_disabled on ops.user_account (user_type, user_id) where not is_active;

-- What a token may still claim and no longer counts. The Ticket Service sees nothing else of `ops`.
create view ops.ended_session as
select
    user_session.session_id,
    user_session.ended_at
from ops.user_session
where user_session.ended_at is not null;

create view ops.disabled_account as
select
    user_account.user_type,
    user_account.user_id
from ops.user_account
where not user_account.is_active;

-- A role nobody recorded here for this person is the issuer's to grant; one that is recorded must be
-- active in at least one row.
create view ops.withdrawn_role as
select
    role_user.user_id,
    lower(role.system) as system,
    lower(role.name) as name
from ops.role_user
inner join ops.role on role_user.role_id = role.role_id
group by role_user.user_id, lower(role.system), lower(role.name)
having not bool_or(role_user.is_active and role.deleted_at is null);

grant select, insert, update on ops.user_session to sluice_api;
grant select, insert, update, delete on ops.sign_in_attempt to sluice_api;
grant select on ops.ended_session, ops.disabled_account, ops.withdrawn_role to sluice_api, sluice_intake;
grant usage on schema ops to sluice_intake;
