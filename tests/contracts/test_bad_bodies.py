"""What JSON can carry and no field may hold, put into every field of every write, from the document."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.documents import APPS, WORKFLOW_API, Operation, resolve
from tests.contracts.objects import ERROR
from tests.contracts.shapes import faults
from tests.contracts.world import World

WRITES = [each for each in WORKFLOW_API if "requestBody" in each.told]
JSON_WRITES = [each for each in WRITES if "application/json" in each.told["requestBody"]["content"]]
every_write = pytest.mark.parametrize("operation", JSON_WRITES, ids=str)

BAD_TEXTS = {"NUL": "a\x00b", "a lone surrogate": "\ud800", "a list": ["x"], "an object": {"x": 1}}
BAD_IDS = [0, -1, 2**63, 10**400, "1 ", "٣", "1", 1.5, True, [1], {"id": 1}]
# Not JSON, or not the object that a body must be.
BAD_CONTENTS = {
    "nothing": b"",
    "half an object": b"{",
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "not UTF-8": b'"\xff\xfe"',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "long digits": b'{"a": ' + b"9" * 5000 + b"}",
}


def sender(operation: Operation) -> str:
    return "service" if "internal" in operation.told["tags"] else "admin"


def example(operation: Operation) -> dict[str, Any]:
    content = operation.told["requestBody"]["content"]["application/json"]
    found: dict[str, Any] = content["example"]
    return found


def kinds(schema: dict[str, Any]) -> Iterator[str]:
    """The JSON types that a schema takes."""
    schema = resolve(APPS["workflow_api"].openapi(), schema)
    if "type" in schema:
        yield schema["type"]
    for option in schema.get("anyOf", ()):
        yield from kinds(option)


def fields(operation: Operation, *wanted: str) -> list[str]:
    """Names of the fields, at the top of the body, that take these types and no free JSON."""
    content = operation.told["requestBody"]["content"]["application/json"]
    schema = content["schema"]
    options = [resolve(APPS["workflow_api"].openapi(), each) for each in schema.get("anyOf", [schema])]
    properties = {name: told for option in options for name, told in option.get("properties", {}).items()}
    return [name for name, told in properties.items() if set(kinds(told)) - {"null"} == set(wanted)]


def send(world: World, operation: Operation, content: bytes, kind: str = "application/json") -> Any:
    path = re.sub(r"{\w+}", str(world.workflow.workflow_id), operation.path)
    headers = {"Content-Type": kind}
    return world.call(operation.method, path, sender(operation), content=content, headers=headers)


@every_write
class TestField:
    def test_of_text_refuses_what_is_none(self, world: World, operation: Operation) -> None:
        for field in fields(operation, "string"):
            for name, bad in BAD_TEXTS.items():
                body = json.dumps(example(operation) | {field: bad}).encode()
                answer = send(world, operation, body)
                assert faults(answer, 400, ERROR) == [], (field, name)
                assert answer.json()["details"], (field, name)

    def test_of_a_whole_number_refuses_what_is_none(self, world: World, operation: Operation) -> None:
        for field in fields(operation, "integer"):
            for bad in BAD_IDS:
                if bad == 0 and not field.endswith("_id"):
                    continue
                answer = send(world, operation, json.dumps(example(operation) | {field: bad}).encode())
                assert faults(answer, 400, ERROR) == [], (field, str(bad)[:20])

    def test_of_a_number_refuses_what_is_not_finite(self, world: World, operation: Operation) -> None:
        for field in fields(operation, "number"):
            for bad in ("NaN", "Infinity", "-Infinity", "1e999"):
                body = json.dumps(example(operation) | {field: "@"}).replace('"@"', bad).encode()
                assert faults(send(world, operation, body), 400, ERROR) == [], (field, bad)


@every_write
class TestBody:
    @pytest.mark.parametrize("name", BAD_CONTENTS)
    def test_that_is_no_object_is_refused(self, world: World, operation: Operation, name: str) -> None:
        is_optional = not operation.told["requestBody"].get("required", False)
        if is_optional and name in {"nothing", "null"}:
            return
        answer = send(world, operation, BAD_CONTENTS[name])
        assert faults(answer, 400, ERROR) == []

    def test_of_another_kind_is_refused(self, world: World, operation: Operation) -> None:
        body = json.dumps(example(operation)).encode()
        for kind in ("text/plain", "application/xml", ""):
            assert faults(send(world, operation, body, kind), 400, ERROR) == [], kind

    def test_too_large_is_413(self, world: World, operation: Operation) -> None:
        answer = send(world, operation, json.dumps({"notes": "x" * 10_000_000}).encode())
        assert faults(answer, 413, ERROR | {"code": {"body_too_large"}}) == []


def test_nothing_that_was_refused_was_kept(world: World) -> None:
    before = world.get("/audit/events/", "admin").json()["count"]
    for operation in JSON_WRITES:
        for content in BAD_CONTENTS.values():
            if operation.told["requestBody"].get("required", False):
                send(world, operation, content)
    assert world.get("/audit/events/", "admin").json()["count"] == before
