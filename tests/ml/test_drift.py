"""Inputs that have moved are found, and those that only look so by chance are not."""

import numpy as np
import pandas as pd
import pytest

from ml.drift import LEAST_TICKETS, Level, Move, compare, learn_shapes


def desk(tickets: int, random: np.random.Generator) -> pd.DataFrame:
    """Inputs of every sort: few words and a long tail of them, gaps, few numbers and many, a spike."""
    tail = 1 / np.arange(1, 400)
    return pd.DataFrame(
        {
            "priority": random.choice(
                ["Low", "Medium", "High", "Critical"], tickets, p=[0.4, 0.4, 0.15, 0.05]
            ),
            "sub_category": random.choice([f"S{each}" for each in range(399)], tickets, p=tail / tail.sum()),
            "group": random.choice(["Desk", "Field", None], tickets, p=[0.5, 0.3, 0.2]),
            "target_hours": random.choice([8.0, 24.0, 72.0], tickets),
            "hours": random.lognormal(0, 2, tickets),
            "waited": np.where(random.random(tickets) < 0.6, 0.0, random.exponential(1, tickets)),
            "queue": np.where(random.random(tickets) < 0.3, np.nan, random.normal(size=tickets)),
        }
    )


def one_each(inputs: pd.DataFrame) -> "pd.Series[int]":
    return pd.Series(range(len(inputs)), index=inputs.index)


def moves_of(then: pd.DataFrame, now: pd.DataFrame) -> dict[str, Move]:
    return compare(learn_shapes(then, one_each(then)), now, one_each(now))


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


class TestWithoutAChange:
    @pytest.mark.parametrize(("learnt", "asked"), [(200, 200), (3000, 200)])
    def test_hardly_ever_seems_one(self, random: np.random.Generator, learnt: int, asked: int) -> None:
        runs = 60
        levels = [
            move.level
            for _ in range(runs)
            for move in moves_of(desk(learnt, random), desk(asked, random)).values()
        ]

        assert len(levels) == 7 * runs
        assert sum(level != Level.NONE for level in levels) <= 0.01 * len(levels)

    def test_the_index_is_about_zero_on_the_average(self, random: np.random.Generator) -> None:
        found = [
            moves_of(desk(400, random), desk(200, random))[name].psi
            for name in ("priority", "hours")
            for _ in range(40)
        ]

        assert np.mean(found) < 0.02

    def test_words_that_always_come_new_are_no_change(self, random: np.random.Generator) -> None:
        numbers = random.permutation(2000)
        then, now = (pd.DataFrame({"serial": [f"N{each}" for each in half]}) for half in np.split(numbers, 2))
        (move,) = moves_of(then, now).values()

        assert (move.unseen, move.level) == (1.0, Level.NONE)
        assert move.strange == 0.0


class TestChange:
    def test_words_that_are_all_new_are_unseen(self, random: np.random.Generator) -> None:
        then, now = desk(1000, random), desk(300, random)
        moves = moves_of(then, now.assign(priority="P1 " + now["priority"]))

        assert next(iter(moves)) == "priority"
        assert (moves["priority"].level, moves["priority"].unseen) == (Level.STRONG, 1.0)
        assert moves["priority"].strange == 1.0
        assert moves["group"].level == Level.NONE

    def test_words_that_were_rare_and_prevail_are_strange(self, random: np.random.Generator) -> None:
        then, now = desk(1000, random), desk(300, random)
        then.loc[:4, "priority"] = "Urgent"
        move = moves_of(then, now.assign(priority="Urgent"))["priority"]

        assert move.unseen == 0.0
        assert move.strange == pytest.approx(0.995)

    @pytest.mark.parametrize(
        ("factor", "level"), [(1.0, Level.NONE), (2.5, Level.MODERATE), (20.0, Level.STRONG)]
    )
    def test_a_number_moves_by_as_much_as_it_is_shifted(
        self, random: np.random.Generator, factor: float, level: Level
    ) -> None:
        then, now = desk(4000, random), desk(2000, random)

        assert moves_of(then, now.assign(hours=factor * now["hours"]))["hours"].level == level

    def test_a_target_that_was_changed_is_a_value_never_seen(self, random: np.random.Generator) -> None:
        then, now = desk(1000, random), desk(300, random)
        now["target_hours"] = now["target_hours"].replace(72.0, 48.0)
        move = moves_of(then, now)["target_hours"]

        assert move.level == Level.STRONG
        assert move.unseen == pytest.approx(1 / 3, abs=0.1)

    def test_what_is_missing_and_was_not_is_lost(self, random: np.random.Generator) -> None:
        then, now = desk(1000, random), desk(300, random)
        moves = moves_of(then, now.assign(priority=None, hours=np.nan))

        assert [moves[name].lost for name in ("priority", "hours", "group")] == pytest.approx(
            [1, 1, 0], abs=0.1
        )
        assert moves["hours"].level == Level.STRONG

    def test_the_index_of_two_known_distributions(self) -> None:
        then = pd.DataFrame({"word": ["a", "b"] * 50_000})
        now = pd.DataFrame({"word": ["a"] * 80_000 + ["b"] * 20_000})

        assert moves_of(then, now)["word"].psi == pytest.approx(
            0.3 * np.log(0.8 / 0.5) - 0.3 * np.log(0.4), rel=1e-3
        )


class TestEvents:
    def test_of_one_ticket_count_as_one(self, random: np.random.Generator) -> None:
        """Forty events of each of few tickets are no more proof than these tickets are."""
        then, now = desk(1000, random), desk(60, random)
        often = now.loc[now.index.repeat(40)]
        shapes = learn_shapes(then, one_each(then))
        moves = compare(shapes, often, pd.Series(often.index, index=often.index))

        assert {move.level for move in moves.values()} == {Level.NONE}

    def test_stand_for_as_many_as_their_weight_says(self) -> None:
        then = pd.DataFrame({"word": ["a", "b"] * 500})
        weight = np.tile([1.0, 3.0], 500)
        now = pd.DataFrame({"word": ["a"] * 250 + ["b"] * 750})

        assert compare(learn_shapes(then, one_each(then), weight), now, one_each(now))["word"].psi == 0.0
        assert moves_of(then, now)["word"].psi > 0.2

    @pytest.mark.parametrize("tickets", [0, 1, LEAST_TICKETS - 1])
    def test_of_few_tickets_prove_nothing(self, random: np.random.Generator, tickets: int) -> None:
        then, now = desk(1000, random), desk(1000, random).assign(priority="P1")[:tickets]

        assert moves_of(then, now) == {}
        assert moves_of(then[:tickets], now) == {}
