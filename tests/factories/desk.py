"""A small desk: roles with people, and a workflow that tickets can run through."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row


@dataclass(frozen=True)
class Waiters:
    """Those who wait for a lock of the database."""

    desk: "Desk"

    async def wait_for(self, number: int) -> None:
        """Return once so many wait.

        Raises:
            TimeoutError: fewer did for ten seconds.
        """
        statement = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
        statement += "and datname = current_database()"
        async with asyncio.timeout(10):
            while await asyncio.to_thread(self.desk.scalar, statement) < number:
                pass


class Desk:
    """Reads and writes a test database past the services, as its owner."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url

    def execute(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.database_url, autocommit=True, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def scalar(self, statement: str, *values: Any) -> Any:
        rows = self.execute(statement, *values)
        return next(iter(rows[0].values())) if rows else None

    @contextmanager
    def holding(self, statement: str) -> Iterator["Waiters"]:
        """Hold the locks of a statement while the block runs."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement)
            yield Waiters(self)

    def add_role(self, name: str, user_ids: Sequence[int] = (), *, system: str = "tts") -> int:
        known = self.scalar("select role_id from ops.role where (name, system) = (%s, %s)", name, system)
        role_id: int = known or self.scalar(
            "insert into ops.role (name, system) values (%s, %s) returning role_id", name, system
        )
        for user_id in user_ids:
            self.execute(
                "insert into ops.role_user (role_id, user_id, user_full_name) values (%s, %s, %s) "
                "on conflict do nothing",
                role_id,
                user_id,
                f"Staff {user_id}",
            )
        return role_id

    def set_active(self, role_id: int, user_id: int, *, is_active: bool) -> None:
        self.execute(
            "update ops.role_user set is_active = %s where role_id = %s and user_id = %s",
            is_active,
            role_id,
            user_id,
        )


def make_workflow(triage_role: int, repair_role: int, **changes: Any) -> dict[str, Any]:
    """Two steps with a way back: Triage (start) -> Repair (end), Repair -> Triage."""
    workflow = {
        "name": "VPN access",
        "category": "Technology",
        "sub_category": "Access",
        "department": "IT",
        "low_sla": "72:00:00",
        "medium_sla": "48:00:00",
        "high_sla": "24:00:00",
        "urgent_sla": "04:00:00",
        **changes,
    }
    nodes = [
        {"temp_id": "a", "name": "Triage", "role_id": triage_role, "is_start": True, "weight": 0.25},
        {"temp_id": "b", "name": "Repair", "role_id": repair_role, "is_end": True, "weight": 0.75},
    ]
    edges = [
        {"from_temp_id": "a", "to_temp_id": "b", "name": "Assign"},
        {"from_temp_id": "b", "to_temp_id": "a", "name": "Reject"},
    ]
    return {"workflow": workflow, "graph": {"nodes": nodes, "edges": edges}}


def make_event(event_id: str = "event-1", **changes: Any) -> dict[str, Any]:
    ticket = {
        "ticket_number": "TX20260214000001",
        "subject": "No sound",
        "description": "The speaker is mute",
        "category": "technology ",
        "sub_category": "access",
        "department": "it",
        "priority": "High",
        "submit_date": "2026-02-14T08:00:00Z",
        **changes,
    }
    occurred_at = ticket.pop("occurred_at", "2026-02-14T08:00:00Z")
    return {"event_id": event_id, "occurred_at": occurred_at, "ticket": ticket}


def make_ticket(**changes: Any) -> dict[str, Any]:
    return {
        "subject": "No sound",
        "description": "The speaker is mute",
        "category": "Technology",
        "subcategory": "Access",
        "department": "IT",
        "priority": "High",
        **changes,
    }
