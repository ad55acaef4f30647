"""A task's deadlines: set when its clock starts, moved when it is held, resumed or given another priority."""

from collections.abc import Mapping
from datetime import datetime

from api.audit.trail import Trail
from api.kit.clock import utc_now
from api.kit.db import Session
from api.sla import clock, policies
from api.sla.calendars import WorkingTime
from api.sla.clock import Deadlines, Policy
from api.sla.life import ClockEvent, ClockEventKind, SlaClock, fold
from api.sla.policies import PolicyInForce
from api.tasks import repository
from api.tasks.enums import SlaSource, TaskEventKind
from api.tasks.models import Task, TaskEvent, TaskItem
from api.tickets import repository as ticket_repository
from api.tickets.enums import TicketEventKind
from api.workflows.engine import step_share
from api.workflows.graph import Graph, read_definition

_CLOCK_EVENTS = {
    TaskEventKind.HELD: ClockEventKind.HELD,
    TaskEventKind.RESUMED: ClockEventKind.RESUMED,
    TaskEventKind.COMPLETED: ClockEventKind.COMPLETED,
    TaskEventKind.REOPENED: ClockEventKind.REOPENED,
    TaskEventKind.CANCELLED: ClockEventKind.CANCELLED,
}


async def start(session: Session, task: Task, priority: str, at: datetime) -> None:
    """Start a new task's clock by the policy in force at an instant."""
    in_force = await policies.policy_in_force(session, task.workflow_id, priority, at)
    ratio = policies.at_risk_ratio_of(session)
    _promise(task, in_force, SlaClock(task.sla_started_at, in_force.policy, at_risk_ratio=ratio))


async def item_target(
    session: Session, task: Task, graph: Graph, step_id: int, assigned_on: datetime
) -> datetime | None:
    """Give an assignment its step's share of the task's time."""
    working_time = await policies.working_time_of(session, task.calendar_revision_id)
    return _item_target(task, Policy(task.sla, working_time), graph, step_id, assigned_on)


async def inherited_target(session: Session, task: Task, item: TaskItem, at: datetime) -> datetime | None:
    """Give an item's successor the time that was left to it; while on hold, were the task resumed now."""
    if item.target_resolution is None or task.hold_started_at is None:
        return item.target_resolution
    working_time = await policies.working_time_of(session, task.calendar_revision_id)
    stood = working_time.between(max(task.hold_started_at, item.assigned_on), at)
    return working_time.add(item.target_resolution, stood)


def hold(task: Task, at: datetime) -> None:
    """Stop the clock of a task."""
    task.hold_started_at = at


async def resume(session: Session, task: Task, at: datetime) -> None:
    """Let a held task's clock run on with the time that was left to it and to its open items."""
    if task.hold_started_at is None:
        return
    since, task.hold_started_at = task.hold_started_at, None
    await _run_on(session, task, since, at)


async def reopen(session: Session, task: Task, at: datetime) -> None:
    """Let a completed task's clock run on: nobody owed it work while it was done."""
    if task.resolution_time is None:
        return
    since, task.resolution_time = task.resolution_time, None
    await _run_on(session, task, since, at)


async def follow_priority(session: Session, trail: Trail, task: Task) -> None:
    """Let a task taken up again count by the priority that its ticket was given while it was done."""
    # What a log recorded of a task is no promise of ours.
    if task.sla_source == SlaSource.RECORDED:
        return
    kind = TicketEventKind.PRIORITY_CHANGED
    change = await ticket_repository.find_newest_event(session, task.ticket_id, kind)
    if change is None:
        return
    at = max(change.occurred_at, task.created_at)
    in_force = await policies.policy_in_force(session, task.workflow_id, change.to_value, at)
    if (in_force.policy.duration, in_force.calendar_revision_id) != (task.sla, task.calendar_revision_id):
        await change_priority(session, trail, task, change.to_value, at=at)


async def change_priority(
    session: Session, trail: Trail, task: Task, priority: str | None, *, at: datetime | None = None
) -> None:
    """Give a task the time of its new priority, counted from the original start.

    The policy in force at the change decides, its calendar included; what the task was held is counted
    anew by that calendar.
    """
    # A late report of a change cannot bring back what was promised before the task was made.
    instant = max(at or utc_now(), task.created_at)
    in_force = await policies.policy_in_force(session, task.workflow_id, priority, instant)
    ratio = policies.at_risk_ratio_of(session)
    started = SlaClock(task.sla_started_at, in_force.policy, at_risk_ratio=ratio)
    events = await repository.list_events(session, task.task_id, _CLOCK_EVENTS)
    life = fold(started, _clock_events(events))
    old = task.target_resolution
    _promise(task, in_force, life)
    # What was noticed of deadlines that are later now is noticed again when those are crossed.
    judged_at = task.hold_started_at or max([instant, *(event.occurred_at for event in events)])
    task.sla_level = min(task.sla_level, clock.level_of(deadlines_of(task), judged_at))
    task.recorded_sla_met = None
    task.version += 1
    version = await repository.get_version(session, task.workflow_version_id)
    graph = read_definition(version.definition)
    items = {item.task_item_id: item for item in await repository.list_items(session, task.task_id)}
    for item in items.values():
        if item.closed_at is None:
            item.target_resolution = _moved_item_target(life, graph, item, _given_on(item, items))
    change = {"old": _text(old), "new": _text(task.target_resolution)}
    trail.record("update_task", "Task", task.task_id, {"target_resolution": change})
    await session.flush()


def _promise(task: Task, in_force: PolicyInForce, life: SlaClock) -> None:
    task.sla = in_force.policy.duration
    task.calendar_revision_id = in_force.calendar_revision_id
    task.hold_seconds = clock.seconds_of(life.held)
    _set_deadlines(task, life.deadlines)
    task.sla_source = SlaSource.POLICY if life.deadlines else SlaSource.NONE


def _set_deadlines(task: Task, deadlines: Deadlines | None) -> None:
    task.at_risk_at = deadlines.at_risk_at if deadlines else None
    task.critical_at = deadlines.critical_at if deadlines else None
    task.target_resolution = deadlines.target if deadlines else None


def deadlines_of(task: Task) -> Deadlines | None:
    # The database holds the three to be there together.
    if task.at_risk_at is None or task.critical_at is None or task.target_resolution is None:
        return None
    return Deadlines(task.at_risk_at, task.critical_at, task.target_resolution)


async def _run_on(session: Session, task: Task, stood_since: datetime, at: datetime) -> None:
    # Status and hold change together, and the caller may be half-way through: nothing is written here.
    with session.no_autoflush:
        working_time = await policies.working_time_of(session, task.calendar_revision_id)
        items = await repository.list_open_items(session, task.task_id)
    pause = working_time.between(stood_since, at)
    task.hold_seconds += clock.seconds_of(pause)
    deadlines = deadlines_of(task)
    if deadlines is not None:
        _set_deadlines(task, deadlines.shifted(working_time, pause))
    for item in items:
        if item.target_resolution is not None:
            # An item given out during the pause lived through the rest of it only.
            own_pause = working_time.between(max(stood_since, item.assigned_on), at)
            item.target_resolution = working_time.add(item.target_resolution, own_pause)


def _item_target(
    task: Task, policy: Policy, graph: Graph, step_id: int, assigned_on: datetime
) -> datetime | None:
    limit = _limit(task, policy.working_time, assigned_on)
    return clock.item_target(assigned_on, policy, step_share(graph, step_id), limit)


def _given_on(item: TaskItem, items: Mapping[int, TaskItem]) -> datetime:
    """Tell when the share of a step was given out that an item holds: to its first holder, if handed on."""
    while item.from_task_item_id is not None:
        item = items[item.from_task_item_id]
    return item.assigned_on


def _moved_item_target(life: SlaClock, graph: Graph, item: TaskItem, given_on: datetime) -> datetime | None:
    """Give an item what it would have been given when its share was, and the pauses since then."""
    share = step_share(graph, item.step_id)
    target = clock.item_target(given_on, life.policy, share, life.target_as_of(given_on))
    # Of a hold of the moment the item's own part follows when it ends.
    paused = life.held_since(given_on) + life.stood_between(given_on, item.assigned_on)
    return target and life.policy.working_time.add(target, paused)


def _limit(task: Task, working_time: WorkingTime, assigned_on: datetime) -> datetime | None:
    """Tell when the task is due; for an item given out while it is on hold, were it resumed then."""
    if task.target_resolution is None or task.hold_started_at is None:
        return task.target_resolution
    return working_time.add(task.target_resolution, working_time.between(task.hold_started_at, assigned_on))


def _clock_events(events: list[TaskEvent]) -> list[ClockEvent]:
    return [ClockEvent(_CLOCK_EVENTS[TaskEventKind(event.kind)], event.occurred_at) for event in events]


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
