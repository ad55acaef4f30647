"""Erlang C against values known elsewhere, its own sums in fractions, and what must hold of any queue."""

from fractions import Fraction
from math import exp, factorial, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.insights.forecasts.erlang import (
    MAX_AGENTS,
    agents_needed,
    answered_within,
    wait_probability,
)

loads = st.floats(min_value=0.01, max_value=300)
crews = st.integers(min_value=1, max_value=400)
patiences = st.floats(min_value=0, max_value=20)


def wait_by_sums(load: Fraction, agents: int) -> Fraction:
    """Erlang's formula as it is written, with numbers that neither overflow nor round."""
    idle = sum((load**busy / factorial(busy) for busy in range(agents)), Fraction())
    waiting = load**agents / factorial(agents) * agents / (agents - load)
    return waiting / (idle + waiting)


@pytest.mark.parametrize(
    ("load", "agents", "probability"),
    [
        # One person: the share of time they are busy. Two: load² / (2 + load).
        (0.5, 1, 0.5),
        (1, 2, 1 / 3),
        # 100 calls of three minutes in half an hour, the example of many a call centre's manual.
        (10, 14, 0.1741),
    ],
)
def test_probability_of_waiting_is_the_known_one(load: float, agents: int, probability: float) -> None:
    assert wait_probability(load, agents) == pytest.approx(probability, abs=5e-5)


def test_calls_of_the_manual_are_answered_in_twenty_seconds() -> None:
    assert answered_within(10, 14, 20 / 180) == pytest.approx(0.888, abs=5e-4)
    assert agents_needed(10, 0.8, 20 / 180).agents == 14
    assert agents_needed(10, 0.9, 20 / 180).agents == 15


@given(st.integers(1, 60), st.integers(1, 8), st.integers(1, 60))
def test_it_is_the_formula(numerator: int, denominator: int, spare: int) -> None:
    load = Fraction(numerator, denominator)
    agents = int(load) + spare
    assert wait_probability(float(load), agents) == pytest.approx(float(wait_by_sums(load, agents)), rel=1e-9)


@given(loads, crews)
def test_more_people_never_have_it_wait_more(load: float, agents: int) -> None:
    assert 0 <= wait_probability(load, agents + 1) <= wait_probability(load, agents) <= 1


@given(loads, loads, crews)
def test_more_work_never_waits_less(one: float, other: float, agents: int) -> None:
    less, more = sorted((one, other))
    assert wait_probability(less, agents) <= wait_probability(more, agents) + 1e-12


@given(loads, st.floats(0.5, 0.99), patiences)
def test_as_many_as_needed_suffice_and_one_fewer_do_not(load: float, level: float, patience: float) -> None:
    staffing = agents_needed(load, level, patience)
    assert staffing.is_enough
    assert answered_within(load, staffing.agents, patience) >= level
    assert answered_within(load, staffing.agents - 1, patience) < level


def test_patience_shortens_no_queue_that_grows() -> None:
    assert wait_probability(5, 5) == 1
    assert answered_within(5, 5, inf) == 0
    assert answered_within(5, 0, 1) == 0


def test_waiting_dies_out_with_the_people_to_spare() -> None:
    (one, longer) = (answered_within(8, 10, patience) for patience in (0, 1))
    assert 1 - longer == pytest.approx((1 - one) * exp(-2))


def test_no_work_needs_nobody() -> None:
    staffing = agents_needed(0, 0.8, 1)
    assert (staffing.agents, staffing.is_enough) == (0, True)


@pytest.mark.parametrize("load", [MAX_AGENTS, 1e9, 1e300])
def test_more_than_can_be_borne_is_said(load: float) -> None:
    staffing = agents_needed(load, 0.8, 1)
    assert (staffing.agents, staffing.is_enough) == (MAX_AGENTS, False)


def test_a_thousand_are_reckoned_without_overflow() -> None:
    assert agents_needed(950, 0.8, 0.1).is_enough
    assert 0 < wait_probability(950, MAX_AGENTS) < 0.2
