"""Messages between the services are doubled, delayed and reordered: both sides end with the same story."""

import asyncio
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.histories import contradictions
from tests.faults.courier import AT_ITS_MASTER, WORKED, Pair, open_pair

# Whether a ticket may be deleted depends on what its master was told.
TOLD_BY_ITS_MASTER = [step for step in AT_ITS_MASTER if step != "delete"]
OVER = {"Resolved", "Closed", "Withdrawn", "Rejected"}
# What waits may come now, or what came may come again, between any two steps.
DELIVER, REPEAT = "deliver", "repeat"
steps_of_both = st.lists(
    st.sampled_from([*AT_ITS_MASTER, *WORKED, *[DELIVER] * 6, *[REPEAT] * 2]), min_size=3, max_size=16
)
chances = st.randoms(use_true_random=False)
thorough = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Theatre:
    """A pair of services kept open across the examples of a test, which are no coroutines."""

    def __init__(self, runner: asyncio.Runner, pair: Pair) -> None:
        self.runner = runner
        self.pair = pair

    def play(self, number: str, steps: list[str], chance: Random) -> list[int]:
        return self.runner.run(self._play(number, steps, chance))

    def create(self) -> str:
        return self.runner.run(self.pair.create())

    def deliver_in_order(self, number: str) -> None:
        self.runner.run(self.pair.deliver_in_order(number))

    def deliver_in_disorder(self, number: str, chance: Random) -> None:
        """Deliver all there is in any order, some of it again, until nothing follows from it any more."""
        while waiting := self.pair.waiting(number):
            self.play(number, [DELIVER] * len(waiting) + [REPEAT], chance)

    async def _play(self, number: str, steps: list[str], chance: Random) -> list[int]:
        answers = []
        for step in steps:
            if step not in {DELIVER, REPEAT}:
                answers.append(await self.pair.take_step(number, step))
                continue
            messages = self.pair.waiting(number) if step == DELIVER else self.pair.delivered
            if messages:
                await self.pair.deliver(chance.choice(messages))
        return answers

    def differences(self, number: str) -> list[str]:
        """List where the two sides, or a task and its history, disagree about a ticket."""
        sides, task = self.pair.both_sides(number), self.pair.newest_task(number)
        problems = []
        if sides["status"] != sides["work_status"]:
            problems.append(f"{sides['status']} at its master, {sides['work_status']} where it is worked on")
        if sides["priority"] != sides["work_priority"]:
            problems.append(f"priorities {sides['priority']} and {sides['work_priority']}")
        owner = task["owner_name"] if task else None
        if sides["assigned_to"] != owner:
            problems.append(f"{owner} owns it, its master says {sides['assigned_to']}")
        is_open = task is not None and task["status"] not in {"completed", "cancelled"}
        if is_open and sides["work_status"] in OVER:
            problems.append(f"the task is {task['status']} while the ticket is {sides['work_status']}")
        task_ids = [task["task_id"]] if task else []
        return problems + contradictions(self.pair.desk.connection, task_ids)


@pytest.fixture(scope="module")
def theatre(module_database_url: str) -> Iterator[Theatre]:
    with asyncio.Runner() as runner:
        opening = open_pair(module_database_url)
        yield Theatre(runner, runner.run(opening.__aenter__()))
        runner.run(opening.__aexit__(None, None, None))


@thorough
@given(steps=steps_of_both, chance=chances, is_begun=st.sampled_from([True, True, True, False]))
def test_both_sides_end_alike_however_messages_travel(
    theatre: Theatre, steps: list[str], chance: Random, *, is_begun: bool
) -> None:
    number = theatre.create()
    if is_begun:
        theatre.deliver_in_order(number)
        theatre.play(number, ["assign"], chance)
    theatre.play(number, steps, chance)
    theatre.deliver_in_disorder(number, chance)
    assert theatre.differences(number) == []


@thorough
@given(steps=st.lists(st.sampled_from([*WORKED, "assign", "finish"]), min_size=2, max_size=8), chance=chances)
def test_news_of_the_work_ends_as_if_it_had_come_in_order(
    theatre: Theatre, steps: list[str], chance: Random
) -> None:
    ordered, disordered = theatre.create(), theatre.create()
    for number in (ordered, disordered):
        theatre.deliver_in_order(number)
    answers = []
    for step in steps:
        answers += theatre.play(ordered, [step], chance)
        theatre.deliver_in_order(ordered)
    assert theatre.play(disordered, steps, chance) == answers
    theatre.deliver_in_disorder(disordered, chance)
    assert theatre.differences(ordered) == theatre.differences(disordered) == []
    assert theatre.pair.both_sides(disordered)["status"] == theatre.pair.both_sides(ordered)["status"]


@thorough
@given(steps=st.lists(st.sampled_from(TOLD_BY_ITS_MASTER), min_size=1, max_size=6), chance=chances)
def test_what_a_master_tells_ends_as_if_it_had_come_in_order(
    theatre: Theatre, steps: list[str], chance: Random
) -> None:
    ordered, disordered = theatre.create(), theatre.create()
    answers = []
    for step in steps:
        theatre.deliver_in_order(ordered)
        answers += theatre.play(ordered, [step], chance)
    assert theatre.play(disordered, steps, chance) == answers
    theatre.deliver_in_order(ordered)
    theatre.deliver_in_disorder(disordered, chance)
    assert theatre.differences(ordered) == theatre.differences(disordered) == []
    assert theatre.pair.both_sides(disordered)["status"] == theatre.pair.both_sides(ordered)["status"]
