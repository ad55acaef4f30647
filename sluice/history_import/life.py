"""The life of one ticket: its events in, the rows they leave behind out. No database, no clock."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from api.identity.enums import UserType
from api.sla import clock
from api.sla.life import SlaClock
from api.tasks.enums import SlaSource, TaskStatus
from api.tickets.enums import TicketEventKind, TicketStatus
from sluice.history_import.catalogue import Catalogue
from sluice.history_import.events import HistoryPlan, LogEvent
from sluice.history_import.item_track import ItemTrack
from sluice.history_import.resolution import find_resolution
from sluice.history_import.rows import LifeRows, TaskRow, TicketEventRow, TicketRow
from sluice.history_import.task_track import ENDED, TaskTrack

# Attributes whose every change is an event of the ticket.
_WATCHED = (
    (attrgetter("ticket_status"), TicketEventKind.STATUS_CHANGED),
    (attrgetter("priority"), TicketEventKind.PRIORITY_CHANGED),
    (attrgetter("category"), TicketEventKind.CATEGORY_CHANGED),
    (attrgetter("sub_category"), TicketEventKind.SUB_CATEGORY_CHANGED),
    (attrgetter("department"), TicketEventKind.DEPARTMENT_CHANGED),
    (attrgetter("group_name"), TicketEventKind.GROUP_CHANGED),
    (attrgetter("assignee"), TicketEventKind.ASSIGNEE_CHANGED),
)


class Life:
    """Tells one ticket's events, in order, as the changes of a task, its items and its ticket."""

    def __init__(
        self,
        events: Sequence[LogEvent],
        *,
        catalogue: Catalogue,
        plan: HistoryPlan,
        ticket_id: int,
        task_id: int,
        item_ids: Iterator[int],
    ) -> None:
        self._events = events
        self._catalogue = catalogue
        self._plan = plan
        self._ticket_id = ticket_id
        first = events[0]
        self._created_at = next((e.created_at for e in events if e.created_at), first.occurred_at)
        # Clocks of a log disagree by minutes; nothing can have happened before the ticket was made.
        self._times = [max(event.occurred_at, self._created_at) for event in events]
        self._resolution = find_resolution(events, self._created_at, plan)
        workflow = catalogue.workflows[first.workflow]
        self._task = TaskTrack(task_id, workflow, workflow.steps[first.step], self._created_at)
        self._items = ItemTrack(self._task, item_ids)
        self._completed_by: int | None = None
        self._is_over = False
        self._last_actor = self._actor_of(first)

    def tell(self) -> LifeRows:
        resolved_at = self._resolution.at if self._resolution else None
        ending = self._ending_index()
        for index, (event, at) in enumerate(zip(self._events, self._times, strict=True)):
            if resolved_at is not None and at > resolved_at:
                self._complete(resolved_at)
            self._enter_step(event, at)
            if resolved_at is not None and index >= ending:
                self._wait_for_completion(event, at)
            else:
                self._follow(event, at)
        if resolved_at is not None:
            self._complete(resolved_at)
        return LifeRows(
            self._ticket_row(), self._task_row(), self._items.items, self._task.events,
            self._items.events, self._ticket_events(),
        )  # fmt: skip

    def _ending_index(self) -> int:
        """From which row on the life is over but for the instant of its resolution."""
        if self._resolution is None:
            return len(self._events)
        ending = 0
        for index, (event, at) in enumerate(zip(self._events, self._times, strict=True)):
            if at <= self._resolution.at and event.task_status != TaskStatus.COMPLETED:
                ending = index + 1
        return ending

    def _enter_step(self, event: LogEvent, at: datetime) -> None:
        step = self._task.workflow.steps[event.step]
        if step.step_id != self._task.step.step_id:
            actor = self._actor_of(event)
            self._items.resolve(at, actor)
            self._task.enter(step, at, actor)

    def _follow(self, event: LogEvent, at: datetime) -> None:
        """Do as the row says: its status, then whose turn it is."""
        status = TaskStatus(event.task_status)
        actor = self._last_actor = self._actor_of(event)
        self._items.extend(self._task.become(status, at, actor))
        if status == TaskStatus.COMPLETED:
            self._items.resolve(at, actor)
        elif status == TaskStatus.CANCELLED:
            self._items.abandon(at)
        else:
            self._assign(event, at, actor)

    def _wait_for_completion(self, event: LogEvent, at: datetime) -> None:
        """A row after the last work: it may still tell who did it, and changes nothing else."""
        if self._is_over:
            return
        self._last_actor = self._actor_of(event)
        if event.assignee is not None and not self._items.items:
            self._assign(event, at, self._last_actor)

    def _complete(self, at: datetime) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._items.extend(self._task.become(TaskStatus.COMPLETED, at, self._last_actor))
        self._items.resolve(at, self._last_actor)
        self._completed_by = self._last_actor

    def _assign(self, event: LogEvent, at: datetime, actor: int | None) -> None:
        holder = self._items.open_item
        if event.assignee is None:
            if holder is not None:
                self._items.release(at, handover=event.handover, actor=actor)
            return
        membership = self._catalogue.membership(event.group_name, event.assignee)
        is_new = holder is None or holder.role_user_id != membership
        if is_new:
            target = self._item_target(event.priority, at)
            self._items.assign(membership, at, target=target, handover=event.handover, actor=actor)
        # Being given a task is not yet work on it; the holder's own act, or any later one, is.
        is_by_holder = event.actor is None or event.actor == event.assignee
        if self._task.status == TaskStatus.IN_PROGRESS and (is_by_holder or not is_new):
            self._items.begin(at, actor)

    def _actor_of(self, event: LogEvent) -> int | None:
        return self._catalogue.staff_id(event.actor or event.assignee)

    def _clock(self, priority: str) -> SlaClock:
        task = self._task
        return SlaClock(
            self._created_at,
            task.workflow.policy(priority),
            pauses=tuple(task.pauses),
            hold_started_at=task.hold_started_at,
        )

    def _item_target(self, priority: str, at: datetime) -> datetime | None:
        sla_clock = self._clock(priority)
        return clock.item_target(at, sla_clock.policy, self._task.step.share, sla_clock.target_as_of(at))

    def _task_row(self) -> TaskRow:
        first, last, task = self._events[0], self._events[-1], self._task
        sla_clock = self._clock(last.priority)
        deadlines = sla_clock.deadlines
        met = next((e.sla_met for e in reversed(self._events) if e.sla_met is not None), None)
        recorded_sla_met = met if deadlines is None else None
        recorded = SlaSource.NONE if recorded_sla_met is None else SlaSource.RECORDED
        resolution = self._resolution
        return TaskRow(
            task_id=task.task_id,
            ticket_id=self._ticket_id,
            workflow_id=task.workflow.workflow_id,
            workflow_version_id=task.workflow.workflow_version_id,
            current_step_id=task.step.step_id,
            ticket_owner_id=self._catalogue.ownership(last.owner),
            status=task.status,
            priority_at_start=first.priority,
            sla=sla_clock.policy.duration,
            sla_source=recorded if deadlines is None else SlaSource.POLICY,
            recorded_sla_met=recorded_sla_met,
            sla_started_at=self._created_at,
            target_resolution=deadlines.target if deadlines else None,
            at_risk_at=deadlines.at_risk_at if deadlines else None,
            critical_at=deadlines.critical_at if deadlines else None,
            calendar_revision_id=task.workflow.calendar_revision_id,
            hold_started_at=task.hold_started_at,
            hold_seconds=clock.seconds_of(sla_clock.held),
            first_response_at=task.first_response_at,
            resolution_time=resolution.at if resolution else None,
            is_resolution_recorded=resolution.is_recorded if resolution else True,
            completed_by=self._completed_by,
            needs_assignment=task.status not in ENDED and self._items.open_item is None,
            created_at=self._created_at,
            updated_at=max(self._times[-1], task.events[-1].occurred_at),
        )

    def _ticket_row(self) -> TicketRow:
        first, last = self._events[0], self._events[-1]
        return TicketRow(
            ticket_id=self._ticket_id,
            ticket_number=self._plan.ticket_prefix + first.ticket_key,
            source_service=self._plan.source,
            original_ticket_id=first.ticket_key,
            subject=last.subject or f"Ticket {first.ticket_key}",
            description=last.description or "",
            status=last.ticket_status,
            priority=last.priority,
            category=last.category,
            sub_category=last.sub_category,
            department=last.department,
            requester=self._requester(last.requester),
            submit_date=self._created_at,
            closed_at=self._closed_at(),
            data=last.attributes or "{}",
            is_task_allocated=True,
            last_event_at=self._times[-1],
            created_at=self._created_at,
            updated_at=self._times[-1],
        )

    def _requester(self, name: str | None) -> str:
        if name is None:
            return "{}"
        person = self._catalogue.people[UserType.EMPLOYEE, name]
        return json.dumps({"id": person.user_id, "name": person.full_name, "email": None}, ensure_ascii=False)

    def _closed_at(self) -> datetime | None:
        last = self._events[-1]
        if last.ticket_status != TicketStatus.CLOSED:
            return None
        if last.closed_at is not None:
            return last.closed_at
        closings = (
            at
            for event, at in zip(reversed(self._events), reversed(self._times), strict=True)
            if event.ticket_status == TicketStatus.CLOSED
        )
        return next(closings)

    def _ticket_events(self) -> list[TicketEventRow]:
        first = self._events[0]
        found = [
            TicketEventRow(
                self._ticket_id, TicketEventKind.CREATED, None, first.ticket_status,
                self._actor_of(first), self._created_at,
            )
        ]  # fmt: skip
        before = first
        for event, at in zip(self._events[1:], self._times[1:], strict=True):
            is_resolved_again = (
                self._plan.repeats_resolutions
                and event.ticket_status == before.ticket_status == TicketStatus.RESOLVED
            )
            for value_of, kind in _WATCHED:
                if value_of(event) != value_of(before) or (
                    is_resolved_again and kind == TicketEventKind.STATUS_CHANGED
                ):
                    found.append(
                        TicketEventRow(
                            self._ticket_id,
                            kind,
                            value_of(before),
                            value_of(event),
                            self._actor_of(event),
                            at,
                        )
                    )
            before = event
        return found
