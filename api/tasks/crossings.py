"""Noticing that the time of tasks and items runs out: each deadline once, whoever looks and however late."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.audit.trail import Trail
from api.identity.principal import SERVICE
from api.kit.db import Session
from api.kit.logs import log
from api.sla.clock import Deadlines, level_of
from api.sla.enums import SlaLevel
from api.tasks import due_rows, sla_notices
from api.tasks.assignment import tell_item, tell_task
from api.tasks.changes import Change, change_of
from api.tasks.due_rows import DueTask
from api.tasks.enums import ItemStatus, TaskEventKind
from api.tasks.escalations import escalate_by_clock
from api.tasks.models import SlaCrossing, TaskItem
from api.tasks.repository import HeldItem
from api.tasks.targets import deadlines_of
from api.workflows.graph import Node, read_definition

BATCH = 100


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A locked task that was seen past deadlines which nobody has noticed yet."""

    due: DueTask
    node: Node | None
    held: list[HeldItem]
    crossings: list[SlaCrossing]

    @property
    def is_breach(self) -> bool:
        return any(crossing.level == SlaLevel.BREACH for crossing in self.crossings)

    @property
    def escalate_to(self) -> int | None:
        return self.node.escalate_to if self.node is not None and self.is_breach else None

    @property
    def escalates_itself_to(self) -> int | None:
        return self.escalate_to if self.node is not None and self.node.auto_escalate else None


async def notice_crossings(session: Session, trail: Trail, now: datetime) -> Counter[str]:
    """Write down and tell the deadlines that a batch of tasks and items have crossed.

    Of those that are due longest; there is nothing left to notice once this counts nothing.

    Args:
        session: a transaction of its own.
        trail: of the system.
        now: the moment at which tasks are judged; one on hold is judged at the instant the hold began.

    Returns:
        How often each level was crossed, how many items are late and how many steps were passed on.
    """
    noticed: Counter[str] = Counter()
    sightings = await _look(session, now)
    members = await due_rows.list_members(
        session, {seen.escalate_to for seen in sightings if seen.escalate_to is not None}
    )
    for seen in sightings:
        _notice(session, seen, members.get(seen.escalate_to or 0, set()))
        noticed.update(SlaLevel(crossing.level).name.lower() for crossing in seen.crossings)
    for seen in sightings:
        if seen.escalates_itself_to is not None:
            noticed["escalated"] += await _escalate(session, trail, seen, seen.escalates_itself_to, now)
    # Written before items are asked for: what is noticed of them here is not to be found again.
    await session.flush()
    for item in await due_rows.lock_late_items(session, now, BATCH):
        if item.target_resolution is not None:
            _note_late(session, item, item.target_resolution)
            noticed["late_items"] += 1
    return +noticed


async def notice_late_end(change: Change) -> None:
    """Notice what a task has crossed that is about to be completed late, before the timers saw it.

    One that ends in time has nothing left to warn of.
    """
    task, session = change.task, change.session
    if task.sla_level == SlaLevel.BREACH or level_of(deadlines_of(task), change.at) < SlaLevel.BREACH:
        return
    with session.no_autoflush:
        due = await due_rows.read_due_task(session, task)
    seen = _sight(due, change.open_items, change.at)
    members = await due_rows.list_members(session, [seen.escalate_to] if seen.escalate_to else [])
    session.add_all(seen.crossings)
    await session.flush()
    _notice(session, seen, members.get(seen.escalate_to or 0, set()))


async def _look(session: Session, now: datetime) -> list[_Sighting]:
    due = await due_rows.lock_due_tasks(session, now, BATCH)
    holders = await due_rows.list_holders(session, [each.task.task_id for each in due]) if due else {}
    sightings = [_sight(each, holders.get(each.task.task_id, []), now) for each in due]
    # Whose turn it is in a role is locked. Two roles in one transaction could be locked by another the
    # other way round, so the rest stays due for the next.
    turn = next((seen.escalates_itself_to for seen in sightings if seen.escalates_itself_to), None)
    sightings = [seen for seen in sightings if seen.escalates_itself_to in (None, turn)]
    session.add_all(crossing for seen in sightings for crossing in seen.crossings)
    # The notices name their crossing by its key.
    await session.flush()
    return sightings


def _sight(due: DueTask, held: Sequence[HeldItem], now: datetime) -> _Sighting:
    step_id = due.task.current_step_id
    node = read_definition(due.version.definition).find_node(step_id)
    of_step = [each for each in held if each.item.step_id == step_id]
    return _Sighting(due, node, of_step, _crossings(due, now))


def _crossings(due: DueTask, now: datetime) -> list[SlaCrossing]:
    task, deadlines = due.task, deadlines_of(due.task)
    if deadlines is None:
        return []
    reached = level_of(deadlines, task.hold_started_at or now)
    return [
        SlaCrossing(
            task_id=task.task_id,
            level=level,
            crossed_at=_deadline_of(deadlines, level),
            target_resolution=deadlines.target,
        )
        for level in SlaLevel
        if task.sla_level < level <= reached
    ]


def _deadline_of(deadlines: Deadlines, level: SlaLevel) -> datetime:
    if level is SlaLevel.BREACH:
        return deadlines.target
    return deadlines.critical_at if level is SlaLevel.CRITICAL else deadlines.at_risk_at


def _notice(session: Session, seen: _Sighting, superiors: set[int]) -> None:
    task = seen.due.task
    step = seen.node.name if seen.node is not None else ""
    for crossing in seen.crossings:
        task.sla_level = crossing.level
        sla_notices.tell_crossing(session, seen.due, crossing, held=seen.held, step=step, superiors=superiors)
        if crossing.level == SlaLevel.BREACH:
            # A ticket may be so old when it is taken in that its work is late before it begins.
            at = max(crossing.crossed_at, task.created_at)
            tell_task(session, task, TaskEventKind.BREACHED, at=at)
            for held in seen.held:
                _note_late_with_task(session, seen.due, held.item, crossing.crossed_at)


def _note_late_with_task(session: Session, due: DueTask, item: TaskItem, target: datetime) -> None:
    """Note that an item is late because its task is, or was so by its own target before."""
    since = max(item.assigned_on, due.ticket.fetched_at)
    missed = [at for at in (item.target_resolution, target) if at is not None and at >= since]
    if item.breached_at is None and missed:
        _note_late(session, item, min(missed))


def _note_late(session: Session, item: TaskItem, target: datetime) -> None:
    item.breached_at = target
    tell_item(session, item, ItemStatus.BREACHED, at=target)


async def _escalate(session: Session, trail: Trail, seen: _Sighting, role_id: int, now: datetime) -> int:
    """Pass a late step on; returns how many items changed hands."""
    task = seen.due.task
    change = await change_of(session, trail, SERVICE, task, now=now)
    passed_on = 0
    for held in seen.held:
        if await escalate_by_clock(change, held, role_id):
            passed_on += 1
        else:
            log.warning(
                "escalation_impossible",
                task_id=task.task_id,
                task_item_id=held.item.task_item_id,
                role_id=role_id,
            )
    return passed_on
