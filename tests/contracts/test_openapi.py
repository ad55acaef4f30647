"""The OpenAPI document: complete, true to its own examples, and readable without a network."""

import re
from collections import Counter
from typing import Any

import jsonschema_rs
import pytest

from tests.contracts.documents import APPS, EVERY_OPERATION, REFRESH, Operation, as_text, snapshot_path
from tests.contracts.world import World

PUBLIC = {"/", "/healthz/", "/readyz/", "/auth/token/", "/auth/refresh/"}
every_operation = pytest.mark.parametrize("operation", EVERY_OPERATION, ids=str)


def validator(operation: Operation, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    components = APPS[operation.service].openapi()["components"]
    return jsonschema_rs.Draft202012Validator(schema | {"components": components})


@pytest.mark.parametrize("service", APPS)
def test_the_document_is_the_reviewed_one(service: str) -> None:
    reviewed = snapshot_path(service).read_text(encoding="utf-8")
    assert reviewed == as_text(service), f"the document changed: run `{REFRESH}`, then review its diff"


@pytest.mark.parametrize("service", APPS)
def test_operations_have_names_of_their_own(service: str) -> None:
    names = Counter(each.told["operationId"] for each in EVERY_OPERATION if each.service == service)
    assert [name for name, count in names.items() if count > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


def test_a_name_stands_for_one_operation_in_both_services() -> None:
    """Examples are found by it."""
    told = {(each.told["operationId"], each.told["summary"], each.path) for each in EVERY_OPERATION}
    names = Counter(name for name, _, _ in told)
    assert [name for name, count in names.items() if count > 1] == []


@every_operation
class TestEveryOperation:
    def test_is_explained(self, operation: Operation) -> None:
        assert operation.told["summary"]
        assert operation.told["description"].strip().endswith((".", "`"))
        tags = {tag["name"] for tag in APPS[operation.service].openapi()["tags"]}
        assert set(operation.told["tags"]) <= tags

    def test_says_who_may_call_it(self, operation: Operation) -> None:
        assert operation.is_public == (operation.path in PUBLIC)

    def test_tells_every_refusal(self, operation: Operation) -> None:
        answers = operation.told["responses"]
        assert any(status.startswith("2") for status in answers)
        if operation.path in {"/", "/healthz/", "/readyz/"}:
            return
        wanted = {"400", "401", "503"}
        if not operation.is_public and "internal" not in operation.told["tags"]:
            wanted.add("403")
        if "{" in operation.path or operation.is_list:
            wanted.add("404")
        if "requestBody" in operation.told:
            wanted.add("413")
        assert wanted <= set(answers)
        for status, answer in answers.items():
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorBody"}, status

    def test_shows_an_example_that_is_valid(self, operation: Operation) -> None:
        # What the read side answers follows from what was published; its pages are shown in the docs.
        if operation.method == "GET" and "analytics" in operation.told["tags"]:
            return
        contents = [
            content
            for status, answer in operation.told["responses"].items()
            if status in {"200", "201", "202"}
            for content in answer.get("content", {}).values()
        ][:1]
        contents += operation.told.get("requestBody", {}).get("content", {}).values()
        for content in contents:
            assert "example" in content, f"give {operation.told['operationId']} one in api/examples"
            found = validator(operation, content["schema"]).iter_errors(content["example"])
            assert [str(error) for error in found] == []


def test_every_example_is_of_an_operation() -> None:
    known = {operation.told["operationId"] for operation in EVERY_OPERATION}
    for app in APPS.values():
        assert app.read_examples().keys() <= known


@pytest.mark.parametrize("address", ["/docs", "/docs/"])
def test_the_pages_need_no_other_host(world: World, address: str) -> None:
    page = world.get(address, "nobody")
    assert page.status_code == 200
    assert "//" not in page.text.replace("</", "").replace("/>", "").replace("<!--", "").replace("// ", "")
    links = re.findall(r'(?:href|src)="([^"]+)"', page.text) + re.findall(r"url: '([^']+)'", page.text)
    assert len(links) >= 4
    for link in links:
        found = world.client.get(page.url.join(link))
        assert (found.status_code, len(found.content) > 500) == (200, True), link


def test_the_served_document_is_this_one(world: World) -> None:
    assert world.get("/openapi.json", "nobody").json() == APPS["workflow_api"].openapi()
