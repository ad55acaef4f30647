"""Whether the simulated desk looks like one."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from api.tasks.enums import TaskStatus
from api.tickets.enums import Priority, TicketStatus
from sluice.history_import.events import LogEvent
from sluice.simulator.desk import SERVICES
from sluice.simulator.generator import Simulation

END = datetime(2026, 3, 1, tzinfo=UTC)
TICKETS = 6_000


@pytest.fixture(scope="module")
def lives() -> list[list[LogEvent]]:
    found: dict[str, list[LogEvent]] = defaultdict(list)
    for event in Simulation(tickets=TICKETS, days=730, seed=11, end=END).events():
        found[event.ticket_key].append(event)
    return list(found.values())


@pytest.fixture(scope="module")
def per_day(lives: list[list[LogEvent]]) -> Counter[date]:
    return Counter(life[0].occurred_at.date() for life in lives)


def test_as_many_tickets_as_asked_for_and_none_after_the_end(lives: list[list[LogEvent]]) -> None:
    assert len(lives) == TICKETS
    assert max(life[-1].occurred_at for life in lives) < END
    assert min(life[0].occurred_at for life in lives) >= END - timedelta(days=730)


def test_events_of_a_life_are_in_order(lives: list[list[LogEvent]]) -> None:
    assert all(before.occurred_at <= after.occurred_at for life in lives for before, after in pairwise(life))


def test_steps_follow_the_declared_transitions(lives: list[list[LogEvent]]) -> None:
    declared = {
        service.workflow.name: {(start, end) for start, end, _ in service.workflow.transitions}
        for service in SERVICES
    }
    moved = {
        (before.workflow, before.step, after.step)
        for life in lives
        for before, after in pairwise(life)
        if before.step != after.step
    }
    assert all((start, end) in declared[workflow] for workflow, start, end in moved)
    assert any(
        start in {"Verification", "Approval"} and end in {"Specialist work", "Review"}
        for _, start, end in moved
    )


def test_weekends_are_quiet_and_mondays_busy(per_day: Counter[date]) -> None:
    by_weekday = Counter[int]()
    for day, count in per_day.items():
        by_weekday[day.weekday()] += count
    assert by_weekday[0] > by_weekday[2] > by_weekday[4] > 4 * by_weekday[5]


def test_level_rises_and_days_of_trouble_stand_out(per_day: Counter[date]) -> None:
    months = Counter[int]()
    for day, count in per_day.items():
        months[(END.date() - day).days // 91] += count
    assert sum(months[place] for place in (0, 1, 2)) > 1.15 * sum(months[place] for place in (4, 5, 6))
    median = sorted(per_day.values())[len(per_day) // 2]
    assert sum(count > 2.5 * median for count in per_day.values()) >= 1


def test_things_that_happen_to_tickets(lives: list[list[LogEvent]]) -> None:
    share = Counter[str]()
    for life in lives:
        statuses = [event.task_status for event in life]
        share["held"] += TaskStatus.ON_HOLD in statuses
        share["cancelled"] += TaskStatus.CANCELLED in statuses
        share["escalated"] += any(event.handover == "escalation" for event in life)
        share["transferred"] += any(event.handover == "transfer" for event in life)
        share["reopened"] += (TaskStatus.COMPLETED, TaskStatus.IN_PROGRESS) in pairwise(statuses)
        share["raised"] += life[0].priority != life[-1].priority
        share["open"] += statuses[-1] not in {TaskStatus.COMPLETED, TaskStatus.CANCELLED}
    assert all(0.002 * TICKETS < count < 0.4 * TICKETS for count in share.values())
    assert len(share) == 7


def test_open_work_has_all_ages(lives: list[list[LogEvent]]) -> None:
    ages = [
        (END - life[0].occurred_at).days
        for life in lives
        if life[-1].task_status not in {TaskStatus.COMPLETED, TaskStatus.CANCELLED}
    ]
    assert min(ages) <= 3
    assert max(ages) >= 30


@pytest.mark.parametrize("priority", list(Priority))
def test_most_but_not_all_are_in_time(lives: list[list[LogEvent]], priority: Priority) -> None:
    slas = {service.workflow.name: service.workflow.slas[priority] for service in SERVICES}
    took = [
        next(event.occurred_at for event in life if event.ticket_status == TicketStatus.RESOLVED)
        - life[0].occurred_at
        < slas[life[0].workflow]
        for life in lives
        if life[-1].priority == priority and life[-1].task_status == TaskStatus.COMPLETED
    ]
    assert 0.55 < sum(took) / len(took) < 0.97
