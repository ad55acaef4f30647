"""The life builder, held to rules that any log must obey."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.identity.enums import UserType
from api.tasks.enums import ItemStatus, TaskEventKind, TaskStatus
from api.tasks.state import rebuild_task
from api.tickets.enums import Priority, TicketEventKind, TicketStatus
from sluice.history_import.catalogue import Catalogue, PersonRef, StepRef, WorkflowRef
from sluice.history_import.errors import RowRejectedError
from sluice.history_import.events import HistoryPlan, LogEvent
from sluice.history_import.life import Life
from sluice.history_import.rows import LifeRows

START = datetime(2024, 5, 6, 9, tzinfo=UTC)
STEPS = ("Triage", "Work", "Check")
PEOPLE = ("Ana", "Ben", "Cleo")
GROUPS = ("Desk", "Field")
TICKET_STATUS = {
    TaskStatus.PENDING: TicketStatus.NEW,
    TaskStatus.IN_PROGRESS: TicketStatus.IN_PROGRESS,
    TaskStatus.ON_HOLD: TicketStatus.ON_HOLD,
    TaskStatus.COMPLETED: TicketStatus.RESOLVED,
    TaskStatus.CANCELLED: TicketStatus.WITHDRAWN,
}
LEGAL_MOVES = {
    (TaskStatus.PENDING, TaskStatus.IN_PROGRESS),
    (TaskStatus.PENDING, TaskStatus.ON_HOLD),
    (TaskStatus.PENDING, TaskStatus.COMPLETED),
    (TaskStatus.PENDING, TaskStatus.CANCELLED),
    (TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD),
    (TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED),
    (TaskStatus.IN_PROGRESS, TaskStatus.CANCELLED),
    (TaskStatus.ON_HOLD, TaskStatus.IN_PROGRESS),
    (TaskStatus.COMPLETED, TaskStatus.IN_PROGRESS),
    (TaskStatus.CANCELLED, TaskStatus.IN_PROGRESS),
}
_STOPS = {TaskEventKind.HELD, TaskEventKind.COMPLETED, TaskEventKind.CANCELLED}
SLAS = {str(Priority.HIGH): timedelta(hours=10), str(Priority.LOW): timedelta(hours=40)}


def plan(*, has_resolved_column: bool) -> HistoryPlan:
    return HistoryPlan(
        source="small_log",
        ticket_prefix="S-",
        fallback_role="Imported",
        fixed_fields={},
        has_resolved_column=has_resolved_column,
        has_resolved_state=True,
        repeats_resolutions=False,
        naming={},
    )


def catalogue(slas: dict[str, timedelta]) -> Catalogue:
    steps = {name: StepRef(number, 1, Decimal("0.5")) for number, name in enumerate(STEPS, start=1)}
    memberships = {
        ("tts", group.lower(), person): 100 * place + number
        for place, group in enumerate((*GROUPS, "Imported"), start=1)
        for number, person in enumerate(PEOPLE)
    }
    return Catalogue(
        fallback_role="Imported",
        workflows={"Small": WorkflowRef(1, 1, steps, {(1, 2): 5}, slas)},
        people={(UserType.STAFF, name): PersonRef(number, name) for number, name in enumerate(PEOPLE)},
        memberships=memberships,
    )


def tell(
    events: list[LogEvent], *, has_resolved_column: bool = False, slas: dict[str, timedelta] | None = None
) -> LifeRows:
    return Life(
        events,
        catalogue=catalogue(slas or {}),
        plan=plan(has_resolved_column=has_resolved_column),
        ticket_id=1,
        task_id=1,
        item_ids=count(1),
    ).tell()


def event(minutes: int, status: TaskStatus, **changes: object) -> LogEvent:
    row = LogEvent(
        row_number=minutes,
        part=0,
        ticket_key="1",
        occurred_at=START + timedelta(minutes=minutes),
        task_status=status,
        ticket_status=TICKET_STATUS[status],
        workflow="Small",
        step="Triage",
        priority=Priority.HIGH,
    )
    return row._replace(**changes)


@st.composite
def logs(draw: st.DrawFn) -> list[LogEvent]:
    moments = sorted(draw(st.lists(st.integers(0, 5000), min_size=1, max_size=12)))
    created = START + timedelta(minutes=draw(st.integers(-30, 30)))
    resolved = draw(st.none() | st.integers(31, 6000).map(lambda minutes: START + timedelta(minutes=minutes)))
    return [
        event(
            minutes,
            draw(st.sampled_from(list(TICKET_STATUS))),
            row_number=number,
            step=draw(st.sampled_from(STEPS)),
            priority=draw(st.sampled_from((Priority.HIGH, Priority.LOW))),
            assignee=draw(st.none() | st.sampled_from(PEOPLE)),
            group_name=draw(st.none() | st.sampled_from(GROUPS)),
            actor=draw(st.none() | st.sampled_from(PEOPLE)),
            handover=draw(st.none() | st.just("escalation")),
            created_at=created,
            resolved_at=resolved,
        )
        for number, minutes in enumerate(moments)
    ]


any_life = given(events=logs(), has_resolved_column=st.booleans(), has_policy=st.booleans())


class TestAnyLog:
    @any_life
    def test_state_columns_are_what_the_events_say(
        self, *, events: list[LogEvent], has_resolved_column: bool, has_policy: bool
    ) -> None:
        life = tell(events, has_resolved_column=has_resolved_column, slas=SLAS if has_policy else {})
        stands_since, held, held_since = None, timedelta(0), None
        for row in life.task_events:
            if row.kind in {TaskEventKind.RESUMED, TaskEventKind.REOPENED}:
                held += row.occurred_at - stands_since
                held_since = None
            elif row.kind in _STOPS:
                stands_since = row.occurred_at
                held_since = stands_since if row.kind == TaskEventKind.HELD else None
        task, said = life.task, rebuild_task(life.task_events)
        assert (task.status, task.current_step_id) == (said.status, said.current_step_id)
        assert task.first_response_at == said.first_response_at
        assert task.resolution_time == said.resolution_time
        assert (task.hold_seconds, task.hold_started_at) == (held.total_seconds(), held_since)
        if has_policy:
            assert task.target_resolution == task.created_at + SLAS[events[-1].priority] + held
            assert task.at_risk_at == task.created_at + 0.8 * SLAS[events[-1].priority] + held

    @any_life
    def test_status_moves_are_legal_and_in_time_order(
        self, *, events: list[LogEvent], has_resolved_column: bool, has_policy: bool
    ) -> None:
        life = tell(events, has_resolved_column=has_resolved_column, slas=SLAS if has_policy else {})
        assert life.task_events[0].kind == TaskEventKind.CREATED
        assert life.task_events[0].occurred_at == life.task.created_at
        for before, after in pairwise(life.task_events):
            assert after.occurred_at >= before.occurred_at
            assert after.from_status == before.to_status
            assert after.from_step_id == before.to_step_id
            assert after.from_status == after.to_status or (after.from_status, after.to_status) in LEGAL_MOVES

    @any_life
    def test_items_satisfy_the_table_s_rules(
        self, *, events: list[LogEvent], has_resolved_column: bool, has_policy: bool
    ) -> None:
        life = tell(events, has_resolved_column=has_resolved_column, slas=SLAS if has_policy else {})
        assert sum(item.closed_at is None for item in life.items) <= 1
        for item in life.items:
            assert item.closed_at is None or item.closed_at >= item.assigned_on
            assert (item.target_resolution is not None) == has_policy
            said = [row.status for row in life.item_events if row.task_item_id == item.task_item_id]
            assert said[0] == ItemStatus.NEW
            assert said[-1] == item.status
        for before, after in pairwise(life.items):
            assert before.closed_at is not None
            assert before.closed_at <= after.assigned_on

    @any_life
    def test_task_satisfies_the_table_s_rules(
        self, *, events: list[LogEvent], has_resolved_column: bool, has_policy: bool
    ) -> None:
        life = tell(events, has_resolved_column=has_resolved_column, slas=SLAS if has_policy else {})
        task, ended = life.task, {TaskStatus.COMPLETED, TaskStatus.CANCELLED}
        assert (task.status == TaskStatus.COMPLETED) == (task.resolution_time is not None)
        assert task.resolution_time is None or task.resolution_time >= task.created_at
        assert (task.sla_source == "policy") == (task.target_resolution is not None) == has_policy
        has_open_item = any(item.closed_at is None for item in life.items)
        assert not (task.status in ended and has_open_item)
        assert task.needs_assignment == (task.status not in ended and not has_open_item)

    @any_life
    def test_early_rows_cannot_leak_their_ticket_s_end(
        self, *, events: list[LogEvent], has_resolved_column: bool, has_policy: bool
    ) -> None:
        def without_foresight(row: LogEvent) -> LogEvent:
            return row._replace(resolved_at=None, closed_at=None, sla_met=None)

        slas = SLAS if has_policy else {}
        blind = [*map(without_foresight, events[:-1]), events[-1]]
        assert tell(blind, has_resolved_column=has_resolved_column, slas=slas) == tell(
            events, has_resolved_column=has_resolved_column, slas=slas
        )


class TestOneLog:
    def test_hold_shifts_the_targets_by_its_length(self) -> None:
        life = tell(
            [
                event(0, TaskStatus.IN_PROGRESS, assignee="Ana"),
                event(60, TaskStatus.ON_HOLD, assignee="Ana"),
                event(150, TaskStatus.IN_PROGRESS, assignee="Ana"),
            ],
            slas=SLAS,
        )
        assert life.task.target_resolution == START + timedelta(hours=10, minutes=90)
        assert life.items[0].target_resolution == START + timedelta(hours=5) + timedelta(minutes=90)

    def test_the_clock_stands_while_the_ticket_is_done(self) -> None:
        life = tell(
            [
                event(0, TaskStatus.IN_PROGRESS, assignee="Ana"),
                event(60, TaskStatus.COMPLETED, assignee="Ana"),
                event(360, TaskStatus.IN_PROGRESS, assignee="Ana"),
            ],
            slas=SLAS,
        )
        assert life.task.target_resolution == START + timedelta(hours=10 + 5)

    def test_escalation_and_transfer_name_whom_they_came_from(self) -> None:
        life = tell(
            [
                event(0, TaskStatus.IN_PROGRESS, assignee="Ana"),
                event(10, TaskStatus.IN_PROGRESS, assignee="Ben"),
                event(20, TaskStatus.IN_PROGRESS, assignee="Cleo", handover="escalation"),
            ]
        )
        first, second, third = life.items
        assert [item.status for item in life.items] == ["reassigned", "escalated", "in progress"]
        assert (second.origin, second.from_task_item_id) == ("Transferred", first.task_item_id)
        assert first.transferred_to_id == second.role_user_id
        assert (third.origin, third.from_task_item_id) == ("Escalation", second.task_item_id)

    def test_resolved_column_has_the_last_word(self) -> None:
        resolved = START + timedelta(hours=5)
        rows = [
            event(0, TaskStatus.IN_PROGRESS, assignee="Ana", resolved_at=resolved),
            event(60, TaskStatus.COMPLETED, assignee="Ana", resolved_at=resolved),
            event(600, TaskStatus.COMPLETED, assignee="Ana", resolved_at=resolved),
        ]
        life = tell(rows, has_resolved_column=True)
        assert life.task.resolution_time == resolved
        assert life.items[0].closed_at == resolved

    def test_ticket_resolved_before_its_creation_is_rejected(self) -> None:
        row = event(0, TaskStatus.COMPLETED, created_at=START, resolved_at=START - timedelta(days=1))
        with pytest.raises(RowRejectedError, match="resolved before it was created"):
            tell([row], has_resolved_column=True)

    def test_events_before_creation_are_moved_to_it(self) -> None:
        created = START + timedelta(minutes=30)
        life = tell([event(0, TaskStatus.IN_PROGRESS, created_at=created)])
        assert {row.occurred_at for row in life.task_events} == {created}

    def test_missing_value_is_a_value(self) -> None:
        life = tell(
            [
                event(0, TaskStatus.PENDING, group_name="Desk"),
                event(1, TaskStatus.PENDING),
                event(2, TaskStatus.PENDING, group_name="Desk"),
            ]
        )
        changes = [row for row in life.ticket_events if row.kind == TicketEventKind.GROUP_CHANGED]
        assert [(row.from_value, row.to_value) for row in changes] == [("Desk", None), (None, "Desk")]
