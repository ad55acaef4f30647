from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sla.calendars import AROUND_THE_CLOCK, Calendar, Interval, WorkingTime, wall_time
from api.sla.clock import Policy, SlaState
from api.sla.life import ClockEvent, ClockEventKind, SlaClock, fold

HELD, RESUMED = ClockEventKind.HELD, ClockEventKind.RESUMED
COMPLETED, REOPENED = ClockEventKind.COMPLETED, ClockEventKind.REOPENED
# A Saturday.
MIDNIGHT = datetime(2026, 2, 14, tzinfo=UTC)
OFFICE = Calendar(ZoneInfo("UTC"), [[Interval(wall_time(9), wall_time(17))]] * 5 + [[], []])
TEN_HOURS = SlaClock(MIDNIGHT, Policy(timedelta(hours=10)))


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hours)


def lived(*events: tuple[ClockEventKind, float], clock: SlaClock = TEN_HOURS) -> SlaClock:
    return fold(clock, [ClockEvent(kind, at(hours)) for kind, hours in events])


def target(clock: SlaClock) -> datetime:
    assert clock.deadlines is not None
    return clock.deadlines.target


class TestHold:
    def test_moves_the_target_by_its_length(self) -> None:
        clock = lived((HELD, 6), (RESUMED, 8))
        assert (target(clock), clock.held) == (at(12), timedelta(hours=2))

    def test_is_judged_where_it_began(self) -> None:
        assert lived((HELD, 7)).state_at(at(99)) is SlaState.ON_TRACK
        assert lived((HELD, 8)).state_at(at(99)) is SlaState.AT_RISK
        assert lived((HELD, 11)).state_at(at(99)) is SlaState.BREACHED

    def test_outside_working_hours_costs_nothing(self) -> None:
        clock = lived((HELD, 1), (RESUMED, 50), clock=SlaClock(MIDNIGHT, Policy(timedelta(hours=10), OFFICE)))
        assert clock.held == timedelta(0)
        # Ten hours of work from Monday 09:00 on.
        assert target(clock) == at(3 * 24 + 11)

    def test_of_the_moment_counts_up_to_an_instant(self) -> None:
        clock = lived((HELD, 2), (RESUMED, 3), (HELD, 5))
        assert clock.target_as_of(at(2)) == at(10)
        assert clock.target_as_of(at(4)) == at(11)
        assert clock.target_as_of(at(9)) == at(15)


class TestEnd:
    def test_work_done_in_time_is_met(self) -> None:
        assert lived((COMPLETED, 10)).state_at(at(99)) is SlaState.MET
        assert lived((COMPLETED, 10.01)).state_at(at(99)) is SlaState.BREACHED

    @pytest.mark.parametrize("kind", [COMPLETED, ClockEventKind.CANCELLED])
    def test_time_until_the_reopening_is_not_counted(self, kind: ClockEventKind) -> None:
        clock = lived((kind, 6), (REOPENED, 30))
        assert target(clock) == at(34)
        assert clock.state_at(at(31)) is SlaState.ON_TRACK

    def test_of_a_hold_ends_it(self) -> None:
        clock = lived((HELD, 4), (COMPLETED, 6), (REOPENED, 7))
        assert (clock.held, clock.hold_started_at) == (timedelta(hours=3), None)

    def test_cancelled_has_no_state(self) -> None:
        assert lived((ClockEventKind.CANCELLED, 20)).state_at(at(99)) is SlaState.NO_SLA


class TestPolicyChange:
    def test_counts_anew_from_the_start_and_keeps_what_was_held(self) -> None:
        policy = Policy(timedelta(hours=20))
        events = [
            ClockEvent(HELD, at(6)),
            ClockEvent(RESUMED, at(8)),
            ClockEvent(ClockEventKind.POLICY_CHANGED, at(9), policy),
        ]
        assert target(fold(TEN_HOURS, events)) == at(22)

    def test_counts_what_was_held_by_the_new_calendar(self) -> None:
        events = [
            ClockEvent(HELD, at(48)),
            ClockEvent(RESUMED, at(72)),
            ClockEvent(ClockEventKind.POLICY_CHANGED, at(73), Policy(timedelta(hours=10), OFFICE)),
        ]
        clock = fold(TEN_HOURS, events)
        assert clock.held == timedelta(hours=8)
        assert target(clock) == at(4 * 24 + 11)

    def test_may_take_the_target_away(self) -> None:
        clock = fold(TEN_HOURS, [ClockEvent(ClockEventKind.POLICY_CHANGED, at(1), Policy(None))])
        assert clock.deadlines is None
        assert clock.target_as_of(at(1)) is None
        assert clock.state_at(at(99)) is SlaState.NO_SLA


gaps = st.lists(st.timedeltas(timedelta(0), timedelta(days=4)), max_size=12)
working_times = st.sampled_from([AROUND_THE_CLOCK, OFFICE])
durations = st.integers(1, 2_000_000).map(lambda seconds: timedelta(seconds=seconds))


def alternate(steps: list[timedelta]) -> list[ClockEvent]:
    """Hold and resume in turn, or complete and reopen."""
    instants = [MIDNIGHT + passed for passed in accumulate(steps)]
    kinds = (HELD, RESUMED, COMPLETED, REOPENED)
    return [ClockEvent(kinds[index % 4], instant) for index, instant in enumerate(instants)]


class TestAnyLife:
    @given(working_times, durations, gaps)
    def test_pauses_one_by_one_are_pauses_all_at_once(
        self, working_time: WorkingTime, duration: timedelta, steps: list[timedelta]
    ) -> None:
        events = alternate(steps)
        start = SlaClock(MIDNIGHT, Policy(duration, working_time))
        moved = start.deadlines
        for before, after in zip(events[::2], events[1::2], strict=False):
            assert moved is not None
            moved = moved.shifted(working_time, working_time.between(before.at, after.at))
        assert fold(start, events).deadlines == moved

    @given(working_times, durations, gaps, st.timedeltas(timedelta(0), timedelta(days=60)))
    def test_instants_say_what_the_elapsed_ratio_says(
        self, working_time: WorkingTime, duration: timedelta, steps: list[timedelta], later: timedelta
    ) -> None:
        events = alternate(steps[: len(steps) // 2 * 2])
        clock = fold(SlaClock(MIDNIGHT, Policy(duration, working_time)), events)
        now = (events[-1].at if events else MIDNIGHT) + later
        elapsed = working_time.between(MIDNIGHT, now) - clock.held
        assert clock.deadlines is not None
        assert (10 * elapsed >= 8 * duration) == (now >= clock.deadlines.at_risk_at)
        assert (10 * elapsed >= 9 * duration) == (now >= clock.deadlines.critical_at)
        assert (elapsed >= duration) == (now >= clock.deadlines.target)
