import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.metrics import FloatArray
from ml.sla_risk.peers import LAST_POSITION
from ml.sla_risk.sets import GROUP_FLOOR, LEVEL, NO_LIMITS, Limits, calibrate_limits, holds


def drawn(count: int, seed: int) -> tuple[pd.DataFrame, FloatArray, FloatArray, FloatArray]:
    """Tickets of a group that can be foretold and of one that can less: rows, position, outcome, chance."""
    random = np.random.default_rng(seed)
    hard = random.random(count) < 0.2
    said = random.beta(0.3, 0.3, count)
    # What is said of the hard group is as sure, and right only half as often.
    true = np.where(hard, 0.25 + said / 2, said)
    breached = (random.random(count) < true).astype(float)
    rows = pd.DataFrame({"ticket": np.arange(count), "group": np.where(hard, "hard", "easy")})
    return rows, random.integers(1, 12, count).astype(float), breached, said


class TestSets:
    @given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 30))
    def test_are_never_empty(self, limit: float, probability: float, position: int) -> None:
        limits = Limits((limit,) * LAST_POSITION, {})
        sets = limits.sets(pd.DataFrame(index=[0]), np.array([float(position)]), np.array([probability]))

        assert sets.any(axis=None)

    def test_rule_out_what_is_too_improbable(self) -> None:
        limits = Limits((0.8,) * LAST_POSITION, {})
        sets = limits.sets(pd.DataFrame(index=[0, 1, 2]), np.ones(3), np.array([0.1, 0.5, 0.9]))

        assert sets["may_breach"].tolist() == [False, True, True]
        assert sets["may_be_met"].tolist() == [True, True, False]

    def test_rule_nothing_out_without_limits(self) -> None:
        assert NO_LIMITS.sets(pd.DataFrame(index=[0]), np.ones(1), np.array([0.0])).all(axis=None)


class TestCalibrateLimits:
    def test_hold_new_tickets_as_often_as_promised(self) -> None:
        rows, position, breached, said = drawn(4000, seed=1)
        limits = calibrate_limits(rows[["ticket"]], position, breached, said, np.ones(4000))
        rows, position, breached, said = drawn(4000, seed=2)
        held = holds(limits.sets(rows, position, said), breached)

        assert held.mean() >= LEVEL - 0.02

    def test_widen_the_sets_of_a_group_that_is_held_too_rarely(self) -> None:
        rows, position, breached, said = drawn(4000, seed=1)
        alone = calibrate_limits(rows[["ticket"]], position, breached, said, np.ones(4000))
        by_group = calibrate_limits(rows, position, breached, said, np.ones(4000))

        rows, position, breached, said = drawn(4000, seed=2)
        hard = (rows["group"] == "hard").to_numpy()
        assert holds(alone.sets(rows, position, said), breached)[hard].mean() < GROUP_FLOOR - 0.05
        assert holds(by_group.sets(rows, position, said), breached)[hard].mean() > GROUP_FLOOR - 0.02

    def test_count_an_event_as_often_as_it_stands_for(self) -> None:
        rows = pd.DataFrame({"ticket": range(10)})
        said, breached = np.linspace(0.05, 0.5, 10), np.zeros(10)
        weight = np.where(np.arange(10) < 1, 1000.0, 1.0)

        assert calibrate_limits(rows, np.ones(10), breached, said, weight).by_position[0] == pytest.approx(
            0.05
        )
        assert calibrate_limits(rows, np.ones(10), breached, said, np.ones(10)).by_position[0] > 0.4
