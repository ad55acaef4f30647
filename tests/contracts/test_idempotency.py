"""`Idempotency-Key`: one change and one answer, however often and however fast it is sent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.contracts.documents import EVERY_OPERATION, Operation
from tests.contracts.objects import ERROR
from tests.contracts.shapes import faults
from tests.contracts.world import World

# What changes nothing when sent again, and so needs no key: signing in, messages with an id of their own.
EXEMPT = {"auth", "internal"}
CHANGES = [each for each in EVERY_OPERATION if each.method == "POST" and not EXEMPT & set(each.told["tags"])]

Request = tuple[str, Any, str]


def new_transition(world: World) -> Request:
    body = {"transition_id": world.workflow.assign, "notes": "Looked"}
    return f"/transitions/{world.new_task()}/transition/", body, "agent"


def new_transfer(world: World) -> Request:
    item = world.open_item(world.new_repair())
    body = {"task_item_id": item["task_item_id"], "new_user_id": 15 - item["user_id"]}
    return "/tasks/transfer/", body, "admin"


def new_escalation(world: World) -> Request:
    item = world.open_item(world.new_task())
    return "/tasks/escalate/", {"task_item_id": item["task_item_id"], "reason": "Up"}, "agent"


def new_hold(world: World) -> Request:
    return f"/tasks/{world.new_task()}/toggle-hold/", {"notes": "Parts"}, "agent"


def new_workflow(world: World) -> Request:
    return "/workflows/", world.draft(), "admin"


every_change = pytest.mark.parametrize(
    "make", [new_workflow, new_transition, new_transfer, new_escalation, new_hold]
)


@every_change
class TestOneKey:
    def test_gets_one_answer_when_sent_again(self, world: World, make: Callable[[World], Request]) -> None:
        path, body, who = make(world)
        headers = {"Idempotency-Key": str(uuid4())}
        answers = [world.post(path, body, who, headers=headers) for _ in range(3)]
        assert answers[0].is_success, answers[0].text
        assert {(answer.status_code, answer.content) for answer in answers} == {
            (answers[0].status_code, answers[0].content)
        }

    def test_changes_things_once_when_sent_at_once(
        self, world: World, make: Callable[[World], Request]
    ) -> None:
        path, body, who = make(world)
        headers = {"Idempotency-Key": str(uuid4())}
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: world.post(path, body, who, headers=headers), range(8)))
        assert {answer.status_code for answer in answers} <= {200, 201}, [each.text for each in answers]
        assert len({answer.content for answer in answers}) == 1

    def test_with_another_body_is_refused(self, world: World, make: Callable[[World], Request]) -> None:
        path, body, who = make(world)
        headers = {"Idempotency-Key": str(uuid4())}
        world.made(world.post(path, body, who, headers=headers))
        answer = world.post(path, body | {"other": 1}, who, headers=headers)
        assert faults(answer, 409, ERROR | {"code": {"idempotency_conflict"}}) == []


class TestKey:
    def test_of_another_person_is_another(self, world: World) -> None:
        task_id = world.new_task()
        path, headers = f"/tasks/{task_id}/toggle-hold/", {"Idempotency-Key": "walk-shared"}
        held = world.made(world.post(path, {"notes": "Parts"}, "agent", headers=headers))
        resumed = world.made(world.post(path, {"notes": "Parts"}, "admin", headers=headers))
        assert (held["new_status"], resumed["new_status"]) == ("on_hold", "in progress")

    def test_of_a_refused_request_may_be_used_again(self, world: World) -> None:
        path, body, who = new_transition(world)
        headers = {"Idempotency-Key": str(uuid4())}
        for wrong, status in ((body | {"notes": ""}, 400), (body | {"version": 99}, 409)):
            assert world.post(path, wrong, who, headers=headers).status_code == status
        assert world.post(path, body, who, headers=headers).status_code == 200

    @pytest.mark.parametrize("key", ["", "a b", "x" * 256, "caf\u00e9"])
    def test_is_printable_and_short(self, world: World, key: str) -> None:
        headers = {"Idempotency-Key": key.encode()}
        answer = world.post("/workflows/", world.draft(), headers=headers)
        assert faults(answer, 400, ERROR | {"details": {"Idempotency-Key": [str]}}) == []

    def test_of_a_repeat_is_asked_for_a_token_all_the_same(self, world: World) -> None:
        path, body, who = new_workflow(world)
        headers = {"Idempotency-Key": str(uuid4())}
        world.made(world.post(path, body, who, headers=headers))
        assert world.post(path, body, "nobody", headers=headers).status_code == 401
        assert world.post(path, body, "agent", headers=headers).status_code == 403


@pytest.mark.parametrize("operation", CHANGES, ids=str)
def test_every_change_takes_a_key(operation: Operation) -> None:
    headers = {
        parameter["name"].lower()
        for parameter in operation.told.get("parameters", ())
        if parameter["in"] == "header"
    }
    assert "idempotency-key" in headers
    assert "409" in operation.told["responses"]
