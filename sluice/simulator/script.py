"""One simulated ticket from its arrival to its closing, or to the end of the simulation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.tasks.enums import TaskStatus
from api.tickets.enums import Priority, TicketStatus
from sluice.history_import.events import LogEvent, StepBlueprint
from sluice.history_import.item_track import ESCALATION
from sluice.simulator.calendars import WorkCalendar
from sluice.simulator.desk import Service
from sluice.simulator.draws import Draws
from sluice.simulator.staff import Agent, Staff

_HOUR = 3600.0
_DAY = 24 * _HOUR
_AUTO_CLOSE = timedelta(hours=72)
# Median hours of work over a whole ticket, and of waiting before someone turns to it.
_WORK_HOURS = {Priority.CRITICAL: 1.3, Priority.HIGH: 2.4, Priority.MEDIUM: 4.2, Priority.LOW: 6.5}
_WAIT_HOURS = {Priority.CRITICAL: 0.12, Priority.HIGH: 0.3, Priority.MEDIUM: 0.6, Priority.LOW: 1.0}
_WORK_SPREAD = 0.7
_WAIT_SPREAD = 0.9
_RAISED = {
    Priority.LOW: Priority.MEDIUM,
    Priority.MEDIUM: Priority.HIGH,
    Priority.HIGH: Priority.CRITICAL,
    Priority.CRITICAL: Priority.CRITICAL,
}
# What may happen to a ticket at one step, as shares of the visits to it.
_HOLD, _LONG_HOLD, _TRANSFER, _ESCALATION, _WITHDRAWAL, _RAISE = 0.07, 0.012, 0.045, 0.03, 0.012, 0.015
_REOPENING, _REJECTION, _SECOND_THOUGHTS = 0.035, 0.09, 0.12
_CHANNELS = ("portal", "portal", "email", "email", "phone", "chat")


@dataclass(frozen=True)
class Arrival:
    """A ticket about to come in; `pressure` is the load of its day over the usual one."""

    key: str
    at: datetime
    service: Service
    priority: Priority
    pressure: float


class Script:
    """Plays one ticket; yields its events until the simulation ends."""

    def __init__(self, arrival: Arrival, calendar: WorkCalendar, staff: Staff, draws: Draws) -> None:
        self._arrival = arrival
        self._calendar = calendar
        self._staff = staff
        self._draws = draws
        self._steps = {step.name: step for step in arrival.service.workflow.steps}
        self._step = next(step for step in arrival.service.workflow.steps if step.is_start)
        self._agent = staff.next_in(self._step.role)
        self._priority = arrival.priority
        self._at = arrival.at
        topic = draws.one_of(tuple(arrival.service.topics))
        self._base = LogEvent(
            row_number=0,
            part=0,
            ticket_key=arrival.key,
            occurred_at=arrival.at,
            task_status=TaskStatus.PENDING,
            ticket_status=TicketStatus.NEW,
            workflow=arrival.service.workflow.name,
            step=self._step.name,
            priority=arrival.priority,
            department=arrival.service.department,
            category=arrival.service.category,
            sub_category=topic,
            requester=draws.one_of(staff.requesters),
            owner=staff.next_coordinator(),
            subject=draws.one_of(arrival.service.topics[topic]),
            created_at=arrival.at,
            attributes=json.dumps({"channel": draws.one_of(_CHANNELS)}),
        )

    def events(self) -> Iterator[LogEvent]:
        yield self._event(TaskStatus.PENDING, TicketStatus.NEW, by_assignee=False)
        yield self._begin()
        while True:
            effort = self._effort()
            if self._draws.chance(_WITHDRAWAL):
                self._work(effort / 2)
                yield self._event(TaskStatus.CANCELLED, TicketStatus.WITHDRAWN)
                return
            yield from self._mishaps(effort / 2)
            self._work(effort / 2)
            following = self._choose_next()
            if following is None:
                break
            doer, self._step = self._agent, following
            self._agent = self._staff.next_in(following.role)
            yield self._event(TaskStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS, by_assignee=False, actor=doer)
            yield self._begin()
        yield from self._finish()

    def _begin(self) -> LogEvent:
        wait = self._draws.lognormal(_WAIT_HOURS[self._priority], _WAIT_SPREAD) * self._arrival.pressure
        self._work(wait * _HOUR)
        return self._event(TaskStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS)

    def _mishaps(self, effort: float) -> Iterator[LogEvent]:
        """What comes between at a step: priority raised, put on hold, handed to someone else."""
        self._work(effort)
        if self._draws.chance(_RAISE):
            self._priority = _RAISED[self._priority]
            yield self._event(TaskStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS)
        if self._draws.chance(_HOLD):
            yield from self._hold(self._draws.between(2 * _HOUR, 3 * _DAY))
        elif self._draws.chance(_LONG_HOLD):
            yield from self._hold(self._draws.between(8 * _DAY, 110 * _DAY))
        lead = self._step.escalate_to
        if lead is not None and self._agent.role != lead and self._draws.chance(_ESCALATION):
            yield from self._hand_over(self._staff.next_in(lead), ESCALATION)
        elif self._draws.chance(_TRANSFER):
            yield from self._hand_over(self._staff.next_in(self._agent.role), "transfer")

    def _hold(self, seconds: float) -> Iterator[LogEvent]:
        yield self._event(TaskStatus.ON_HOLD, TicketStatus.ON_HOLD)
        self._at += timedelta(seconds=int(seconds))
        yield self._event(TaskStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS)

    def _hand_over(self, successor: Agent, handover: str) -> Iterator[LogEvent]:
        doer, self._agent = self._agent, successor
        yield self._event(
            TaskStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS, by_assignee=False, actor=doer, handover=handover
        )
        yield self._begin()

    def _finish(self) -> Iterator[LogEvent]:
        yield self._event(TaskStatus.COMPLETED, TicketStatus.RESOLVED)
        if self._draws.chance(_REOPENING):
            self._at += timedelta(seconds=int(self._draws.between(0.5 * _HOUR, 2.5 * _DAY)))
            yield self._event(TaskStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS)
            self._work(self._effort())
            yield self._event(TaskStatus.COMPLETED, TicketStatus.RESOLVED)
        self._at += _AUTO_CLOSE
        yield self._event(TaskStatus.COMPLETED, TicketStatus.CLOSED, by_assignee=False)

    def _choose_next(self) -> StepBlueprint | None:
        """Where the ticket goes from here: mostly on, sometimes back; None once it is done."""
        step = self._step.name
        moves = [
            (end, name) for start, end, name in self._arrival.service.workflow.transitions if start == step
        ]
        back = [end for end, name in moves if name == "Rejected"]
        onward = [end for end, name in moves if name != "Rejected"]
        if back and self._draws.chance(_REJECTION):
            return self._steps[back[0]]
        if not onward or (self._step.is_end and not self._draws.chance(_SECOND_THOUGHTS)):
            return None
        return self._steps[self._draws.one_of(onward)]

    def _effort(self) -> float:
        total_weight = sum(step.weight for step in self._steps.values())
        hours = self._draws.lognormal(_WORK_HOURS[self._priority], _WORK_SPREAD)
        return hours * _HOUR * self._agent.pace * self._step.weight / total_weight

    def _work(self, seconds: float) -> None:
        """Let working time pass; what is critical is worked on around the clock."""
        if self._priority == Priority.CRITICAL:
            self._at += timedelta(seconds=int(seconds))
        else:
            self._at = max(self._at, self._calendar.after(self._at, seconds))

    def _event(
        self,
        task_status: TaskStatus,
        ticket_status: TicketStatus,
        *,
        by_assignee: bool = True,
        actor: Agent | None = None,
        handover: str | None = None,
    ) -> LogEvent:
        doer = self._agent if by_assignee else actor
        return self._base._replace(
            occurred_at=self._at,
            task_status=task_status,
            ticket_status=ticket_status,
            step=self._step.name,
            priority=self._priority,
            group_name=self._agent.role,
            assignee=self._agent.name,
            actor=doer.name if doer else None,
            handover=handover,
        )
