"""Section 1 of the contract on every route, from the document itself."""

import re
from typing import Any

import httpx
import pytest

from tests.contracts.documents import APPS, WORKFLOW_API, Operation, resolve
from tests.contracts.objects import ERROR
from tests.contracts.shapes import faults
from tests.contracts.world import World
from tests.fixtures.statements import StatementCount

READS = [each for each in WORKFLOW_API if each.method == "GET"]
LISTS = [each for each in READS if each.is_list and "analytics" not in each.told["tags"]]
FILTERS = [
    (each, name)
    for each in READS
    for name, parameter in each.parameters.items()
    if "enum" in resolve(APPS["workflow_api"].openapi(), parameter["schema"])
]
every_list = pytest.mark.parametrize("operation", LISTS, ids=str)
ANNOTATION = {"kind": "release", "title": "4.2", "first_day": "2026-02-14"}
# What a list cannot be asked without.
NEEDED = {"/audit/events/by-target/": {"target_type": "Task", "target_id": "1"}}


@pytest.fixture(scope="module")
def ids(world: World) -> dict[str, Any]:
    """Something that exists for each variable of an address."""
    task_id = world.new_task()
    ticket = world.get(f"/tasks/{task_id}/").json()["ticket_number"]
    webhook = world.made(world.post("/webhooks/", {"url": "https://hooks.example.org/sluice"}))
    annotation = world.made(world.post("/annotations/", ANNOTATION))
    return {
        "workflow_id": world.workflow.workflow_id,
        "step_id": world.workflow.triage,
        "transition_id": world.workflow.assign,
        "task_id": task_id,
        "role_id": world.triage_role,
        "webhook_id": webhook["webhook_id"],
        "annotation_id": annotation["annotation_id"],
        "ticket_id": ticket,
        "ticket_number": ticket,
        "version": 1,
        "name": world.workflow.name,
    }


@pytest.fixture(scope="module")
def crowd(world: World) -> None:
    """More rows than one of everything that is listed."""
    for _ in range(4):
        world.new_repair()
        world.new_completed_task()
        world.ingest(department="Nobody's")
        world.made(world.post("/annotations/", ANNOTATION))
        workflow = world.new_workflow()
        world.made(world.post(f"/workflows/{workflow.workflow_id}/initialize/"))


def address(operation: Operation, ids: dict[str, Any]) -> str:
    return re.sub(r"{(\w+)}", lambda found: str(ids.get(found[1], 1)), operation.path)


def ask(world: World, operation: Operation, ids: dict[str, Any], **query: Any) -> httpx.Response:
    path = address(operation, ids)
    return world.get(path, "admin", params=NEEDED.get(operation.path, {}) | query)


@every_list
class TestPages:
    @pytest.mark.parametrize("name", ["page", "page_size"])
    @pytest.mark.parametrize("value", ["0", "-1", "a", "1.5", "٣", "", "1e3", "9" * 30])
    def test_are_numbered_from_one(
        self, world: World, ids: dict[str, Any], operation: Operation, name: str, value: str
    ) -> None:
        answer = ask(world, operation, ids, **{name: value})
        assert faults(answer, 400, ERROR | {"details": {name: [str]}}) == []

    def test_end_somewhere(self, world: World, ids: dict[str, Any], operation: Operation) -> None:
        answer = ask(world, operation, ids, page=10**9)
        assert faults(answer, 404, ERROR | {"code": {"page_out_of_range"}}) == []

    def test_hold_a_hundred_rows_at_most(
        self, world: World, ids: dict[str, Any], operation: Operation
    ) -> None:
        answer = ask(world, operation, ids, page_size=101)
        assert answer.status_code == 200
        body = answer.json()
        assert (len(body["results"]), body["previous"]) == (min(body["count"], 100), None)

    @pytest.mark.usefixtures("crowd")
    def test_cost_five_statements_at_most_at_any_size(
        self, world: World, ids: dict[str, Any], operation: Operation, count_statements: StatementCount
    ) -> None:
        costs = []
        for size in (1, 5, 100):
            with count_statements() as statements:
                assert ask(world, operation, ids, page_size=size).status_code == 200
            costs.append(len(statements))
        assert 0 < max(costs) <= 5, costs
        assert len(set(costs)) == 1, costs

    def test_lead_to_one_another(self, world: World, ids: dict[str, Any], operation: Operation) -> None:
        first = ask(world, operation, ids, page_size=1).json()
        if first["count"] < 2:
            assert first["next"] is None
            return
        second = world.get(first["next"], "admin").json()
        assert second["previous"]
        assert second["results"] != first["results"]
        assert world.get(second["previous"], "admin").json()["results"] == first["results"]


@every_list
class TestQueries:
    def test_of_an_unknown_name_are_refused(
        self, world: World, ids: dict[str, Any], operation: Operation
    ) -> None:
        answer = ask(world, operation, ids, colour="blue")
        assert faults(answer, 400, ERROR | {"details": {"colour": [str]}}) == []

    def test_given_twice_are_refused(self, world: World, ids: dict[str, Any], operation: Operation) -> None:
        assert faults(ask(world, operation, ids, page=["1", "2"]), 400, ERROR) == []

    def test_order_by_known_fields_alone(
        self, world: World, ids: dict[str, Any], operation: Operation
    ) -> None:
        if "ordering" not in operation.parameters:
            return
        for value in ("password", "-password", "created_at;drop table", "--created_at", "1"):
            answer = ask(world, operation, ids, ordering=value)
            assert faults(answer, 400, ERROR | {"details": {"ordering": [str]}}) == [], value

    def test_search_for_anything(self, world: World, ids: dict[str, Any], operation: Operation) -> None:
        if "search" not in operation.parameters:
            return
        for value in ("%", "_", "\\", "'", '"', "a & | ! : *", "((", " ", "<->", "x" * 200, "é٣\u200b😀"):
            assert ask(world, operation, ids, search=value).status_code == 200, value
        for value in ("x" * 10_000, "a\x00b"):
            assert faults(ask(world, operation, ids, search=value), 400, ERROR) == [], value[:10]


@pytest.mark.parametrize(("operation", "name"), FILTERS, ids=str)
def test_a_filter_names_the_values_it_knows(
    world: World, ids: dict[str, Any], operation: Operation, name: str
) -> None:
    answer = ask(world, operation, ids, **{name: "exploded"})
    assert faults(answer, 400, ERROR | {"details": {name: [str]}}) == []
    told = " ".join(answer.json()["details"][name])
    schema = resolve(APPS["workflow_api"].openapi(), operation.parameters[name]["schema"])
    assert [value for value in schema["enum"] if str(value) not in told] == []


@pytest.mark.parametrize("operation", READS, ids=str)
class TestReads:
    def test_answer_with_and_without_the_slash(
        self, world: World, ids: dict[str, Any], operation: Operation
    ) -> None:
        path = address(operation, ids)
        query = NEEDED.get(operation.path)
        answers = [
            world.get(form, "admin", params=query, follow_redirects=False)
            for form in (path, path.rstrip("/") or "/")
        ]
        assert answers[0].status_code == answers[1].status_code
        assert not answers[0].is_redirect
        assert "internal_error" not in answers[0].text

    def test_echo_the_request_id(self, world: World, ids: dict[str, Any], operation: Operation) -> None:
        answer = world.get(address(operation, ids), "nobody", headers={"X-Request-ID": "walk-7"})
        assert answer.headers.get_list("x-request-id") == ["walk-7"]
        if answer.status_code >= 400:
            assert answer.json()["request_id"] == "walk-7"

    @pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "TRACE"])
    def test_are_not_reached_by_other_methods(
        self, world: World, ids: dict[str, Any], operation: Operation, method: str
    ) -> None:
        answer = world.call(method, address(operation, ids), "admin")
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"].split(", ")
        if method != "HEAD":
            assert faults(answer, 405, ERROR | {"code": {"method_not_allowed"}}) == []


@pytest.mark.parametrize("operation", WORKFLOW_API, ids=str)
def test_no_token_is_401_whatever_else_is_wrong(world: World, operation: Operation) -> None:
    if operation.is_public:
        return
    path = re.sub(r"{\w+}", "x", operation.path)
    for who in ("nobody", "garbage"):
        headers = {"Authorization": "Bearer garbage"} if who == "garbage" else {}
        answer = world.call(operation.method, path, "nobody", headers=headers, content=b"{")
        assert faults(answer, 401, ERROR) == [], who
        assert answer.headers["www-authenticate"] == "Bearer"
