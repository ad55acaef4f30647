"""The measured operations as a careful person would write them by hand: asyncpg and SQL, no layers.

Each does the reads, locks and writes of the endpoint it stands beside, in one transaction and in the
fewest statements that read well. It trusts its input: no validation, no refusals, no answer to render.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg

from api.kit.clock import utc_now
from bench import raw_statements as sql

Connection: TypeAlias = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy
AT_RISK_RATIO, CRITICAL_RATIO = 0.8, 0.9


@dataclass(frozen=True)
class Actor:
    """Whom the audit trail names."""

    user_id: int | None
    username: str
    roles: tuple[str, ...] = ()


SERVICE = Actor(None, "service")


async def create_task(connection: Connection, event: dict[str, Any]) -> int | None:
    """Take in the event of a new ticket and start its task; None for an event seen before."""
    ticket = event["ticket"]
    occurred_at = datetime.fromisoformat(event["occurred_at"])
    async with connection.transaction():
        if await connection.fetchval(sql.TAKE_IN_EVENT, event["event_id"], ticket["source_service"]) is None:
            return None
        version = await connection.fetchrow(
            sql.FIND_VERSION, ticket["department"], ticket["category"], ticket["sub_category"]
        )
        ticket_id = await connection.fetchval(
            sql.INSERT_TICKET,
            ticket["ticket_number"],
            ticket["source_service"],
            ticket["subject"],
            ticket["description"],
            ticket["priority"],
            ticket["category"],
            ticket["sub_category"],
            ticket["department"],
            json.dumps(ticket["requester"]),
            occurred_at,
            json.dumps(ticket),
            event["event_id"],
        )
        await connection.execute(
            sql.INSERT_TICKET_EVENT, ticket_id, "created", None, "New", None, occurred_at
        )
        task_id = await _start_task(connection, version, ticket_id, ticket, occurred_at)
        change = {"ticket_number": ticket["ticket_number"]}
        await _audit(connection, SERVICE, "create_task", task_id, change)
        return task_id


async def _start_task(
    connection: Connection,
    version: asyncpg.Record,
    ticket_id: int,
    ticket: dict[str, Any],
    started_at: datetime,
) -> int:
    definition = json.loads(version["definition"])
    first = next(node for node in definition["nodes"] if node["is_start"])
    now = utc_now()
    sla = await connection.fetchval(sql.FIND_POLICY, version["workflow_id"], ticket["priority"], now)
    coordinators = await connection.fetchval(sql.FIND_COORDINATORS)
    owner = await connection.fetchrow(sql.CHOOSE_NEXT, coordinators)
    assignee = await connection.fetchrow(sql.CHOOSE_NEXT, first["role_id"])
    task_id: int = await connection.fetchval(
        sql.INSERT_TASK,
        ticket_id,
        version["workflow_id"],
        version["workflow_version_id"],
        first["id"],
        owner["role_user_id"],
        ticket["priority"],
        sla,
        started_at,
        started_at + sla * AT_RISK_RATIO,
        started_at + sla * CRITICAL_RATIO,
        started_at + sla,
        now,
    )
    target = min(started_at + sla, now + sla * _share(definition, first))
    item_id = await connection.fetchval(
        sql.INSERT_ITEM, task_id, assignee["role_user_id"], first["id"], now, target
    )
    await connection.execute(sql.INSERT_ITEM_EVENT, item_id, "new", None, None, now)
    await connection.execute(
        sql.INSERT_CREATED_EVENTS, task_id, first["id"], item_id, first["role_name"], now
    )
    owned = {"user_id": owner["user_id"], "user_full_name": owner["user_full_name"]}
    number = ticket["ticket_number"]
    await _tell_master(connection, "ticket.owner_changed", number, {"owner": owned, "task_id": task_id}, now)
    told = {"ticket_owner": owner["user_id"], "task_assignment": assignee["user_id"]}
    subject = f"{number}: {ticket['subject']}"
    await _tell_people(connection, told, subject=subject, number=number, task_id=task_id, at=now)
    return task_id


async def execute_transition(
    connection: Connection, actor: Actor, task_id: int, transition_id: int, notes: str
) -> dict[str, Any]:
    """Close the actor's item, move the task and its ticket on, assign the next step."""
    async with connection.transaction():
        task = await connection.fetchrow(sql.LOCK_TASK, task_id)
        definition = json.loads(task["definition"])
        nodes = {node["id"]: node for node in definition["nodes"]}
        edge = next(edge for edge in definition["edges"] if edge["id"] == transition_id)
        left, entered = nodes[edge["from_step_id"]], nodes[edge["to_step_id"]]
        items = await connection.fetch(sql.LIST_ITEMS, task_id, actor.user_id)
        acting = next(item for item in items if item["closed_at"] is None)
        ticket = await connection.fetchrow(sql.LOCK_TICKET, task["ticket_id"])
        number, ticket_status = ticket["ticket_number"], ticket["status"]
        now = utc_now()
        await connection.execute(sql.CLOSE_ITEM, acting["task_item_id"], notes, now)
        if ticket_status != "In Progress":
            await connection.execute(sql.MOVE_TICKET, task["ticket_id"])
            await connection.execute(
                sql.INSERT_TICKET_EVENT,
                task["ticket_id"],
                "status_changed",
                ticket_status,
                "In Progress",
                actor.user_id,
                now,
            )
            moved = {"old": ticket_status, "new": "In Progress", "is_correction": False}
            await _tell_master(connection, "ticket.status_changed", number, moved, now)
        assignee = await connection.fetchrow(sql.CHOOSE_NEXT, entered["role_id"])
        target = min(task["target_resolution"], now + task["sla"] * _share(definition, entered))
        item_id = await connection.fetchval(
            sql.INSERT_ITEM, task_id, assignee["role_user_id"], entered["id"], now, target
        )
        await connection.execute(
            sql.INSERT_ITEM_EVENTS, acting["task_item_id"], item_id, actor.user_id, notes, now
        )
        await connection.execute(
            sql.INSERT_MOVED_EVENTS,
            task_id,
            left["id"],
            entered["id"],
            transition_id,
            task["status"],
            acting["task_item_id"],
            item_id,
            entered["role_name"],
            actor.user_id,
            notes,
            now,
        )
        version = await connection.fetchval(sql.MOVE_TASK, task_id, entered["id"], now)
        told = {"workflow_step_change": task["owner_user_id"], "task_assignment": assignee["user_id"]}
        subject = f"{number}: {ticket['subject']}"
        await _tell_people(connection, told, subject=subject, number=number, task_id=task_id, at=now)
        change = {"current_step": {"old": left["label"], "new": entered["label"]}, "notes": notes}
        await _audit(connection, actor, "transition_task", task_id, change)
        return {"task_id": task_id, "version": version, "assigned_to": assignee["user_id"]}


async def list_my_tasks(connection: Connection, user_id: int) -> list[asyncpg.Record]:
    """Read the first page of one person's assignments, the newest first, and how many there are."""
    async with connection.transaction():
        await connection.fetchval(sql.COUNT_MY_TASKS, user_id)
        rows: list[asyncpg.Record] = await connection.fetch(sql.MY_TASKS, utc_now(), user_id)
        return rows


async def list_all_tasks(connection: Connection, user_id: int) -> list[asyncpg.Record]:
    """Read the first page of everyone's assignments for an admin whose role still holds."""
    async with connection.transaction():
        await connection.fetch(sql.WITHDRAWN_ROLES, user_id)
        await connection.fetchval(sql.COUNT_ALL_TASKS)
        rows: list[asyncpg.Record] = await connection.fetch(sql.ALL_TASKS, utc_now())
        return rows


async def _tell_master(
    connection: Connection, kind: str, number: str, facts: dict[str, Any], at: datetime
) -> None:
    event_id = uuid4().hex
    payload = {"event_id": event_id, "kind": kind, "ticket_number": number, "at": at.isoformat(), **facts}
    await connection.execute(sql.INSERT_NEWS, event_id, kind, number, json.dumps(payload), at)


async def _tell_people(
    connection: Connection, told: dict[str, int], *, subject: str, number: str, task_id: int, at: datetime
) -> None:
    ids = [uuid4() for _ in told]
    people, kinds, subjects = list(told.values()), list(told), [subject for _ in told]
    await connection.execute(sql.INSERT_NOTIFICATIONS, ids, people, kinds, subjects, number, task_id, at)


async def _audit(
    connection: Connection, actor: Actor, action: str, task_id: int, changes: dict[str, Any]
) -> None:
    await connection.execute(
        sql.INSERT_AUDIT,
        actor.user_id,
        actor.username,
        json.dumps(actor.roles),
        action,
        task_id,
        json.dumps(changes),
    )


def _share(definition: dict[str, Any], node: dict[str, Any]) -> float:
    return float(node["weight"] / sum(other["weight"] for other in definition["nodes"]))
