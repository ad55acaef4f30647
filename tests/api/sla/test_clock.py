from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sla import clock
from api.sla.clock import Policy, SlaLife, SlaState

MIDNIGHT = datetime(2026, 2, 14, tzinfo=UTC)
TEN_HOURS = Policy(timedelta(hours=10))
DEADLINES = clock.deadlines(MIDNIGHT, TEN_HOURS)
SLAS = {
    "low_sla": timedelta(hours=72),
    "medium_sla": None,
    "high_sla": timedelta(hours=24),
    "urgent_sla": timedelta(hours=4),
}


def state(life: SlaLife, **offset: int) -> SlaState:
    return clock.state_of(life, MIDNIGHT + timedelta(**offset))


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
        assert state(SlaLife(DEADLINES), minutes=minutes) is expected

    def test_late_is_after_the_target_by_whatever_little(self) -> None:
        assert state(SlaLife(DEADLINES), hours=10, microseconds=1) is SlaState.BREACHED

    def test_the_last_tenth_is_critical(self) -> None:
        before, at = MIDNIGHT + timedelta(hours=8, minutes=59), MIDNIGHT + timedelta(hours=9)
        assert not clock.is_critical(SlaLife(DEADLINES), before)
        assert clock.is_critical(SlaLife(DEADLINES), at)
        assert not clock.is_critical(SlaLife(DEADLINES), MIDNIGHT + timedelta(hours=11))

    @pytest.mark.parametrize(("minutes", "expected"), [(600, SlaState.MET), (601, SlaState.BREACHED)])
    def test_completed_task_is_judged_by_its_resolution(self, minutes: int, expected: SlaState) -> None:
        done_at = MIDNIGHT + timedelta(minutes=minutes)
        assert state(SlaLife(DEADLINES, completed_at=done_at), days=30) is expected

    def test_without_target_or_once_cancelled_there_is_no_state(self) -> None:
        assert state(SlaLife(None), days=9) is SlaState.NO_SLA
        assert state(SlaLife(DEADLINES, is_cancelled=True), days=9) is SlaState.NO_SLA

    def test_a_hold_of_two_hours_moves_the_target_by_two_hours(self) -> None:
        held = clock.deadlines(MIDNIGHT, TEN_HOURS, held=timedelta(hours=2))
        assert held is not None
        assert held.target == MIDNIGHT + timedelta(hours=12)
        assert DEADLINES is not None
        assert DEADLINES.shifted(TEN_HOURS.working_time, timedelta(hours=2)) == held
        assert state(SlaLife(held), hours=9, minutes=59) is SlaState.ON_TRACK
        assert state(SlaLife(held), hours=10) is SlaState.AT_RISK

    def test_on_hold_the_clock_stands(self) -> None:
        life = SlaLife(DEADLINES, hold_started_at=MIDNIGHT + timedelta(hours=6))
        assert state(life, days=3) is SlaState.ON_TRACK

    def test_a_desk_may_be_warned_earlier(self) -> None:
        warned = clock.deadlines(MIDNIGHT, TEN_HOURS, at_risk_ratio=Decimal("0.5"))
        assert state(SlaLife(warned), hours=5) is SlaState.AT_RISK
        assert not clock.is_critical(SlaLife(warned), MIDNIGHT + timedelta(hours=8))


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
        assert clock.deadlines(MIDNIGHT, Policy(duration)) is None


class TestItemTarget:
    @pytest.mark.parametrize(
        ("hours", "shares", "given"),
        [
            (24, ("0.3", "0.5", "0.2"), (7.2, 12, 4.8)),
            (12, ("0.4", "0.4", "0.2"), (4.8, 4.8, 2.4)),
            (10, ("0.5", "0.5"), (5, 5)),
            (10, (str(Decimal(1) / 3),), (10 / 3,)),
        ],
    )
    def test_a_step_gets_its_share(self, hours: int, shares: tuple[str], given: tuple[float]) -> None:
        policy = Policy(timedelta(hours=hours))
        target = MIDNIGHT + timedelta(hours=hours)
        found = [clock.item_target(MIDNIGHT, policy, Decimal(share), target) for share in shares]
        assert found == [MIDNIGHT + timedelta(hours=part) for part in given]

    def test_a_share_never_runs_past_the_task(self) -> None:
        policy = Policy(timedelta(hours=24))
        target = MIDNIGHT + timedelta(hours=24)
        late = MIDNIGHT + timedelta(hours=20)
        assert clock.item_target(late, policy, Decimal("0.5"), target) == target

    def test_a_share_of_nothing_is_due_at_once(self) -> None:
        assert clock.item_target(MIDNIGHT, Policy(timedelta(hours=24)), Decimal(0), None) == MIDNIGHT

    @given(
        hours=st.integers(1, 1000),
        share=st.decimals(0, 1, places=3),
        late_by=st.integers(0, 2000),
    )
    def test_is_never_before_the_assignment(self, hours: int, share: Decimal, late_by: int) -> None:
        duration = timedelta(hours=hours)
        assigned_at = MIDNIGHT + timedelta(hours=late_by)
        found = clock.item_target(assigned_at, Policy(duration), share, MIDNIGHT + duration)
        assert found is not None
        assert assigned_at <= found <= assigned_at + duration
