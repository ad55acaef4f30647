"""What was known of tickets at an instant, and the median that censored times leave."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.resolution_trend.cohorts import SHORTEST_HOURS, Cohorts, History, median_hours

START = pd.Timestamp("2026-01-05")
HOUR = (START - pd.Timestamp(0)) / pd.Timedelta(hours=1)
lives = st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=40)


def cohorts(lives: list[tuple[int, bool]]) -> Cohorts:
    hours, resolved = zip(*lives, strict=True)
    return Cohorts(np.zeros(len(lives), dtype=np.int64), np.array(hours, dtype=float), np.array(resolved))


def history(holds: list[tuple[int, float, float | None]] | None = None) -> History:
    """A ticket resolved after 10 hours, one cancelled after 20 and one that is open; holds in hours."""
    after = [pd.Timedelta(hours=hours) for hours in (10, 20)]
    tickets = pd.DataFrame({
        "created_at": [START] * 3,
        "ended_at": [START + after[0], START + after[1], pd.NaT],
        "is_resolved": [True, False, False],
    })  # fmt: skip
    held = pd.DataFrame(holds or [], columns=["ticket", "held_at", "resumed_at"])
    for name in ("held_at", "resumed_at"):
        held[name] = START + pd.to_timedelta(held[name].astype(float), unit="h")
    return History(tickets, held)


def test_nothing_is_known_before_it_happens() -> None:
    early, late = (history().as_of(HOUR + hours) for hours in (5, 30))
    assert (early.hours.tolist(), early.resolved.tolist()) == ([5, 5, 5], [False] * 3)
    assert (late.hours.tolist(), late.resolved.tolist()) == ([10, 20, 30], [True, False, False])
    assert not len(history().as_of(HOUR - 1).hours)


def test_holds_are_left_out_as_far_as_they_have_gone() -> None:
    held = history([(0, 2, 5), (2, 4, None)])
    assert held.as_of(HOUR + 3).hours.tolist() == [2, 3, 3]
    assert held.as_of(HOUR + 30).hours.tolist() == [7, 20, 4]


def test_holds_follow_their_tickets_whatever_the_order() -> None:
    tickets = pd.DataFrame({
        "created_at": [START + pd.Timedelta(days=1), START],
        "ended_at": [pd.NaT, pd.NaT],
        "is_resolved": [False, False],
    })  # fmt: skip
    tickets["ended_at"] = pd.to_datetime(tickets["ended_at"])
    hold = pd.DataFrame({
        "ticket": [0],
        "held_at": [START + pd.Timedelta(hours=30)],
        "resumed_at": [START + pd.Timedelta(hours=40)],
    })  # fmt: skip
    assert History(tickets, hold).as_of(HOUR + 48).hours.tolist() == [48, 14]


def test_no_time_is_shorter_than_a_minute() -> None:
    assert history([(2, 0, None)]).as_of(HOUR + 30).hours[2] == SHORTEST_HOURS


@given(lives)
def test_without_open_tickets_it_is_the_lower_median(lives: list[tuple[int, bool]]) -> None:
    hours = sorted(hour for hour, _ in lives)
    told = median_hours(cohorts([(hour, True) for hour in hours]))
    assert told == hours[(len(hours) - 1) // 2]


@given(lives)
def test_open_tickets_never_make_it_shorter(lives: list[tuple[int, bool]]) -> None:
    resolved = [(hour, True) for hour, is_resolved in lives if is_resolved]
    if resolved:
        assert median_hours(cohorts(lives)) >= median_hours(cohorts(resolved)) or not all(
            hour >= max(resolved)[0] for hour, is_resolved in lives if not is_resolved
        )


def test_censored_times_count_until_they_are_lost_from_sight() -> None:
    """The example of Kaplan and Meier (1958): four deaths, and four that were lost from sight."""
    deaths, losses = (0.8, 3.1, 5.4, 9.2), (1.0, 2.7, 7.0, 12.1)
    lives = Cohorts(np.zeros(8, np.int64), np.array(deaths + losses), np.array([True] * 4 + [False] * 4))
    # Survival is 7/8, 7/10, 21/40, 21/80 after the four deaths.
    assert median_hours(lives) == 9.2


def test_half_must_be_resolved() -> None:
    assert median_hours(cohorts([(1, True), (2, False), (3, False)])) == np.inf
    assert np.isnan(median_hours(history().as_of(HOUR - 1)))


def test_weights_count_as_so_many_tickets() -> None:
    lives = cohorts([(1, True), (5, True), (9, True)])
    assert median_hours(lives, np.array([1.0, 1.0, 3.0])) == pytest.approx(9)
