"""The keys that other systems send tickets with, made and ended from the command line."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from api.intake.api_keys import make_key
from sluice.errors import SluiceError

LONGEST_NAME, LONGEST_SOURCE = 64, 50
_INSERT = """
insert into intake.api_key (name, source_service, key_hash, hint, expires_at)
values (%(name)s, %(source)s, %(key_hash)s, %(hint)s, now() + make_interval(days => %(days)s))
"""
_LIST = """
select
    name, source_service, hint, created_at, expires_at, last_used_at,
    case
        when revoked_at is not null then 'revoked'
        when expires_at <= now() then 'expired'
        else 'active'
    end as state
from intake.api_key
order by api_key_id
"""
_REVOKE = """
update intake.api_key set revoked_at = now() where lower(name) = lower(%s) and revoked_at is null
"""


class ApiKeyError(SluiceError):
    """A key that cannot be made, or one to end that there is not."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    name: str
    source_service: str
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    state: str


def add_key(database_url: str, name: str, source: str, days: int | None) -> str:
    """Make a key for tickets of one source, and return it: nobody can read it again.

    Raises:
        ApiKeyError: the name or the source is unfit, or a key of that name is in use.
    """
    _check("name", name, LONGEST_NAME)
    _check("source", source, LONGEST_SOURCE)
    made = make_key()
    values = {"name": name, "source": source, "days": days, "key_hash": made.key_hash, "hint": made.hint}
    try:
        with psycopg.connect(database_url) as connection:
            connection.execute(_INSERT, values)
    except psycopg.errors.UniqueViolation:
        message = f"an API key named {name!r} is in use: revoke it first, or choose another name"
        raise ApiKeyError(message) from None
    return made.key


def list_keys(database_url: str) -> list[KnownKey]:
    with psycopg.connect(database_url) as connection:
        return connection.cursor(row_factory=class_row(KnownKey)).execute(_LIST).fetchall()


def revoke_key(database_url: str, name: str) -> None:
    """End a key at once.

    Raises:
        ApiKeyError: none of that name is in use.
    """
    with psycopg.connect(database_url) as connection:
        if connection.execute(_REVOKE, [name]).rowcount == 0:
            message = f"no API key named {name!r} is in use: see sluice api-key list"
            raise ApiKeyError(message)


def _check(field: str, value: str, longest: int) -> None:
    if not (0 < len(value) <= longest and value == value.strip() and value.isprintable()):
        message = f"the {field} {value[:80]!r} is not usable: give 1 to {longest} printable characters"
        raise ApiKeyError(message)
