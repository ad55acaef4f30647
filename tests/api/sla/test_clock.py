from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sla import clock
from api.sla.clock import SlaLife, SlaState

MIDNIGHT = datetime(2026, 2, 14, tzinfo=UTC)
TEN_HOURS = SlaLife(started_at=MIDNIGHT, target=MIDNIGHT + timedelta(hours=10))
SLAS = {
    "low_sla": timedelta(hours=72),
    "medium_sla": None,
    "high_sla": timedelta(hours=24),
    "urgent_sla": timedelta(hours=4),
}


def state(life: SlaLife, **offset: int) -> SlaState:
    return clock.state_of(life, MIDNIGHT + timedelta(**offset), at_risk_ratio=0.8)


class TestState:
    @pytest.mark.parametrize(
        ("minutes", "expected"),
        [
            (7 * 60 + 59, SlaState.ON_TRACK),
            (8 * 60, SlaState.AT_RISK),
            (9 * 60, SlaState.AT_RISK),
            (10 * 60, SlaState.AT_RISK),
            (10 * 60 + 1, SlaState.BREACHED),
        ],
    )
    def test_open_task_follows_the_time_elapsed(self, minutes: int, expected: SlaState) -> None:
        assert state(TEN_HOURS, minutes=minutes) is expected

    def test_the_last_tenth_is_critical(self) -> None:
        before, at = MIDNIGHT + timedelta(hours=8, minutes=59), MIDNIGHT + timedelta(hours=9)
        assert not clock.is_critical(TEN_HOURS, before, at_risk_ratio=0.8)
        assert clock.is_critical(TEN_HOURS, at, at_risk_ratio=0.8)

    @pytest.mark.parametrize(("minutes", "expected"), [(600, SlaState.MET), (601, SlaState.BREACHED)])
    def test_completed_task_is_judged_by_its_resolution(self, minutes: int, expected: SlaState) -> None:
        done_at = MIDNIGHT + timedelta(minutes=minutes)
        life = SlaLife(started_at=MIDNIGHT, target=TEN_HOURS.target, completed_at=done_at)
        assert state(life, days=30) is expected

    def test_without_target_or_once_cancelled_there_is_no_state(self) -> None:
        assert state(SlaLife(started_at=MIDNIGHT, target=None), days=9) is SlaState.NO_SLA
        cancelled = SlaLife(started_at=MIDNIGHT, target=MIDNIGHT, is_cancelled=True)
        assert state(cancelled, days=9) is SlaState.NO_SLA

    def test_a_hold_of_two_hours_moves_the_target_by_two_hours(self) -> None:
        held = timedelta(hours=2)
        target = clock.shifted_by_hold(TEN_HOURS.target, held)
        assert target == MIDNIGHT + timedelta(hours=12)
        life = SlaLife(started_at=MIDNIGHT, target=target, held=held)
        assert state(life, hours=9, minutes=59) is SlaState.ON_TRACK
        assert state(life, hours=10) is SlaState.AT_RISK

    def test_on_hold_the_clock_stands(self) -> None:
        life = SlaLife(
            started_at=MIDNIGHT,
            target=TEN_HOURS.target,
            hold_started_at=MIDNIGHT + timedelta(hours=6),
        )
        assert state(life, days=3) is SlaState.ON_TRACK


class TestDurationForPriority:
    @pytest.mark.parametrize(
        ("priority", "hours"), [("Low", 72), ("High", 24), ("Critical", 4), ("urgent", 4)]
    )
    def test_each_priority_has_its_own(self, priority: str, hours: int) -> None:
        assert clock.duration_for_priority(SLAS, priority) == timedelta(hours=hours)

    @pytest.mark.parametrize("priority", ["Medium", "Whenever", "", None])
    def test_unknown_or_unset_has_none(self, priority: str | None) -> None:
        duration = clock.duration_for_priority(SLAS, priority)
        assert duration is None
        assert clock.task_target(MIDNIGHT, duration) is None


class TestItemTarget:
    def test_a_step_gets_its_share(self) -> None:
        duration = timedelta(hours=24)
        target = MIDNIGHT + duration
        found = clock.item_target(MIDNIGHT, duration, Decimal("0.3"), target)
        assert found == MIDNIGHT + timedelta(hours=7, minutes=12)

    def test_a_share_never_runs_past_the_task(self) -> None:
        duration = timedelta(hours=24)
        target = MIDNIGHT + duration
        late = MIDNIGHT + timedelta(hours=20)
        assert clock.item_target(late, duration, Decimal("0.5"), target) == target

    def test_a_share_of_nothing_is_due_at_once(self) -> None:
        assert clock.item_target(MIDNIGHT, timedelta(hours=24), Decimal(0), None) == MIDNIGHT

    @given(
        hours=st.integers(1, 1000),
        share=st.decimals(0, 1, places=3),
        late_by=st.integers(0, 2000),
    )
    def test_is_never_before_the_assignment(self, hours: int, share: Decimal, late_by: int) -> None:
        duration = timedelta(hours=hours)
        assigned_at = MIDNIGHT + timedelta(hours=late_by)
        found = clock.item_target(assigned_at, duration, share, MIDNIGHT + duration)
        assert found is not None
        assert assigned_at <= found <= assigned_at + duration
