"""The audit trail behind the services' back: somebody who changes it, and the examination that finds out."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sluice.audit.chain import Head
from sluice.audit.examination import Finding, examine
from sluice.audit.guards import weakened_guards
from sluice.audit.rows import open_trail, read_heads, stream_events

AWKWARD = {
    "äöü": 'quote " and \\ slash',
    "nothing": None,
    "line\n": "\t\x01\x7f\u2028🙂",
    "number": 1.50,
    "deep": [{"b": 1, "aa": 2}],
}
_WRITE = """
insert into ops.audit_event
    (user_id, username, email, actor_roles, action, target_type, target_id, changes, description, request_id,
    ip_address, user_agent)
select 7, 'ana', 'ana@example.org', '["tts:admin"]', 'update_task', 'Task', n, %s::jsonb, 'n=' || n,
    'r-' || n, '10.0.0.5', 'curl/8'
from generate_series(1, %s) as n returning audit_event_id
"""
_SEAL = """
with link as (
    select event.audit_event_id as event_id,
        coalesce(before.hash, decode(repeat('00', 32), 'hex')) as hash
    from ops.audit_event as event
    left join ops.audit_event as before
        on before.lane = event.lane and before.sequence = event.sequence - 1
)
update ops.audit_event as event
set previous_hash = link.hash, hash = sha256(link.hash || convert_to(ops.audit_content(event), 'UTF8'))
from link where link.event_id = event.audit_event_id and event.audit_event_id = %s
"""


class Intruder:
    """Somebody with all rights on the database, who switches the guards off."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, statement: str, *values: Any, guarded: bool = False) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            if not guarded:
                connection.execute("set local session_replication_role = replica")
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def write(self, count: int = 5) -> list[int]:
        """Add events as the services do, all to one lane; returns their ids in order."""
        rows = self.run(_WRITE, json.dumps(AWKWARD), count, guarded=True)
        return [row["audit_event_id"] for row in rows]

    def alter(self, event_id: int, column: str, value: str) -> None:
        """Give a column of an event another value, an SQL expression."""
        self.run(f"update ops.audit_event set {column} = {value} where audit_event_id = %s", event_id)

    def delete(self, event_ids: Sequence[int]) -> None:
        self.run("delete from ops.audit_event where audit_event_id = any(%s)", list(event_ids))

    def lane_of(self, event_id: int) -> int:
        (row,) = self.run("select lane from ops.audit_event where audit_event_id = %s", event_id)
        return int(row["lane"])

    def swap(self, first: int, second: int) -> None:
        """Let two events change places."""
        self.alter(first, "sequence", "-sequence")
        places = {
            row["audit_event_id"]: abs(row["sequence"])
            for row in self.run(
                "select audit_event_id, sequence from ops.audit_event where audit_event_id in (%s, %s)",
                first,
                second,
            )
        }
        self.alter(second, "sequence", str(places[first]))
        self.alter(first, "sequence", str(places[second]))

    def forge(self, lane: int, place: int) -> int:
        """Slip in an event that fits what it follows; what stood there and after it moves on by one."""
        self.run(
            "update ops.audit_event set sequence = -sequence where lane = %s and sequence >= %s", lane, place
        )
        self.run("update ops.audit_event set sequence = 1 - sequence where lane = %s and sequence < 0", lane)
        (row,) = self.run(
            "insert into ops.audit_event (action, target_type, lane, sequence, previous_hash, hash) "
            "values ('other', 'Task', %s, %s, '', '') returning audit_event_id",
            lane,
            place,
        )
        self.seal(row["audit_event_id"])
        return int(row["audit_event_id"])

    def seal(self, event_id: int) -> None:
        """Make an event fit its content and what it follows."""
        self.run(_SEAL, event_id)

    def seal_lane(self, lane: int) -> None:
        """Write all hashes of a lane anew, and its head with them."""
        for row in self.run(
            "select audit_event_id from ops.audit_event where lane = %s order by sequence", lane
        ):
            self.seal(row["audit_event_id"])
        self.run(
            "update ops.audit_chain set (last_sequence, last_hash) = (select sequence, hash "
            "from ops.audit_event where lane = %s order by sequence desc limit 1) where lane = %s",
            lane,
            lane,
        )


def verify(url: str, anchored: Mapping[int, Head] | None = None) -> list[Finding]:
    """Examine the trail as `sluice audit verify` does."""
    with open_trail(url) as connection:
        heads = read_heads(connection)
        return [*weakened_guards(connection), *examine(stream_events(connection), heads, anchored or {})]


def heads_of(url: str) -> dict[int, Head]:
    """Read what an anchor would hold now."""
    with open_trail(url) as connection:
        return read_heads(connection)


def summary(findings: list[Finding]) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.audit_event_id) for finding in findings]
