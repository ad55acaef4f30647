"""Roles, people and memberships of an import: found by name, created where missing."""

from collections.abc import Iterable, Mapping
from typing import Any, LiteralString

from psycopg import Connection

from api.identity.enums import UserType
from sluice.history_import.catalogue import OWNER_ROLE, OWNER_SYSTEM, ROLE_SYSTEM, PersonRef
from sluice.history_import.events import HistoryPlan
from sluice.history_import.keys import reserve_keys
from sluice.history_import.translation import clip

RoleKey = tuple[str, str]
PersonKey = tuple[UserType, str]

# People made up here are numbered from this on, clear of the ids other systems hand in.
_OWN_USER_IDS = 1_000_000
_USERNAME_LIMIT = 150

_STAFF: LiteralString = """
select name from (
    select assignee as name from import_event union select actor from import_event
    union select owner from import_event
) as named where name is not null order by name
"""
_EMPLOYEES: LiteralString = (
    "select distinct requester from import_event where requester is not null order by requester"
)
_MEMBERSHIPS: LiteralString = """
select coalesce(group_name, %(fallback)s), assignee, min(occurred_at) from import_event
where assignee is not null group by 1, 2 order by 1, 2
"""
_OWNERSHIPS: LiteralString = """
select owner, min(occurred_at) from import_event where owner is not null group by 1 order by 1
"""


def ensure_roles(connection: Connection[Any], names: Iterable[RoleKey]) -> dict[RoleKey, int]:
    """Role ids by system and lower-case name."""
    wanted: dict[RoleKey, str] = {}
    for system, name in names:
        wanted.setdefault((system, name.lower()), name)
    found = {
        (system, name): role_id
        for role_id, system, name in connection.execute(
            "select role_id, system, lower(name) from ops.role where deleted_at is null"
        )
    }
    missing = sorted(key for key in wanted if key not in found)
    for key, role_id in zip(
        missing, reserve_keys(connection, "ops.role", "role_id", len(missing)), strict=True
    ):
        connection.execute(
            "insert into ops.role (role_id, name, system, description) values (%s, %s, %s, %s)",
            (role_id, wanted[key], key[0], "Taken over from history"),
        )
        found[key] = role_id
    return found


def ensure_people(connection: Connection[Any], source: str) -> dict[PersonKey, PersonRef]:
    named: list[PersonKey] = [(UserType.STAFF, row[0]) for row in connection.execute(_STAFF)]
    named += [(UserType.EMPLOYEE, row[0]) for row in connection.execute(_EMPLOYEES)]
    usernames = {key: _username(source, *key) for key in named}
    known = {
        username: PersonRef(user_id, full_name)
        for username, user_id, full_name in connection.execute(
            "select username, user_id, full_name from ops.user_account where username = any(%s)",
            (list(usernames.values()),),
        )
    }
    missing = {username: key for key, username in usernames.items() if username not in known}
    keys = reserve_keys(connection, "ops.user_account", "account_id", len(missing))
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy ops.user_account (account_id, user_type, user_id, username, full_name) from stdin"
        ) as copy,
    ):
        for account_id, (username, (user_type, name)) in zip(keys, missing.items(), strict=True):
            person = PersonRef(_OWN_USER_IDS + account_id, name)
            copy.write_row((account_id, user_type, person.user_id, username, name))
            known[username] = person
    return {key: known[username] for key, username in usernames.items()}


def _username(source: str, user_type: UserType, name: str) -> str:
    """Unique per source and kind of person; two spellings of one name are one person."""
    return clip(f"{source}/{user_type}/{' '.join(name.casefold().split())}", _USERNAME_LIMIT)


def ensure_memberships(
    connection: Connection[Any],
    plan: HistoryPlan,
    roles: Mapping[RoleKey, int],
    people: Mapping[PersonKey, PersonRef],
) -> dict[tuple[str, str, str], int]:
    """Membership ids by role system, lower-case role name and person's name."""
    wanted = [
        (ROLE_SYSTEM, role, person, since)
        for role, person, since in connection.execute(_MEMBERSHIPS, {"fallback": plan.fallback_role})
    ]
    wanted += [(OWNER_SYSTEM, OWNER_ROLE, person, since) for person, since in connection.execute(_OWNERSHIPS)]
    known = {
        (role_id, user_id): role_user_id
        for role_user_id, role_id, user_id in connection.execute(
            "select role_user_id, role_id, user_id from ops.role_user"
        )
    }
    with connection.cursor() as cursor:
        for system, role, person, since in wanted:
            role_id, ref = roles[system, role.lower()], people[UserType.STAFF, person]
            if (role_id, ref.user_id) not in known:
                cursor.execute(
                    "insert into ops.role_user (role_id, user_id, user_full_name, valid_from) "
                    "values (%s, %s, %s, %s) returning role_user_id",
                    (role_id, ref.user_id, ref.full_name, since),
                )
                row = cursor.fetchone()
                known[role_id, ref.user_id] = row[0] if row else 0
    return {
        (system, role.lower(), person): known[
            roles[system, role.lower()], people[UserType.STAFF, person].user_id
        ]
        for system, role, person, _since in wanted
    }
