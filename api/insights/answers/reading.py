"""The HTTP side of a published answer: what is asked, what the reader already holds, what goes back."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2s
from typing import Any, Generic, Self, TypeVar

import asyncpg
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from api.insights.answers.repository import Answer
from api.kit.errors import ValidationFailedError
from api.kit.pagination import PageRequest, read_page_request

Query = TypeVar("Query", bound=BaseModel)

ETAG = re.compile(r'"(\d{1,18})-([0-9a-f]{16})"')
PAGE_PARAMETERS = ("page", "page_size")


@dataclass
class Reading(Generic[Query]):
    """One question to the read side.

    The query string is read here, in one step, rather than parameter by parameter by the framework: that
    alone would cost more than the answer.
    """

    request: Request
    query: Query
    page: PageRequest | None = None

    @classmethod
    def of(cls, request: Request, model: type[Query]) -> Self:
        return cls(request, read_query(request, model, tuple(model.model_fields)))

    @classmethod
    def of_list(cls, request: Request, model: type[Query]) -> Self:
        query = read_query(request, model, (*model.model_fields, *PAGE_PARAMETERS))
        given = request.query_params
        return cls(request, query, read_page_request(request, given.get("page"), given.get("page_size")))

    @property
    def pool(self) -> asyncpg.Pool:
        pool: asyncpg.Pool = self.request.app.state.read_pool
        return pool

    @cached_property
    def digest(self) -> str:
        question = self.request.scope["path"].encode() + b"?" + self.request.scope["query_string"]
        return blake2s(question, digest_size=8).hexdigest()

    @cached_property
    def known_publication(self) -> int | None:
        """The publication of the copy the reader holds, if it holds one of this very question."""
        held = self.request.headers.get("if-none-match")
        if held is None:
            return None
        known = [int(publication) for publication, digest in ETAG.findall(held) if digest == self.digest]
        return max(known, default=None)

    def respond(self, answer: Answer) -> Response:
        headers = {
            "X-Publication-Id": str(answer.publication_id),
            "X-Data-As-Of": answer.data_as_of,
            # Weak: the same publication answers alike but for the instant of the answer.
            "ETag": f'W/"{answer.publication_id}-{self.digest}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization, Cookie",
        }
        if answer.publication_id == self.known_publication:
            return Response(status_code=304, headers=headers)
        return Response(answer.body, headers=headers, media_type="application/json")


def read_query(request: Request, model: type[Query], permitted: tuple[str, ...]) -> Query:
    """Read the query string, refusing what the endpoint does not know.

    A misspelt filter must not be answered with everything.
    """
    given = request.query_params
    if len(given.multi_items()) != len(given):
        twice = next(name for name in given if len(given.getlist(name)) > 1)
        raise ValidationFailedError.of(twice, f"{twice} is given more than once: give it once")
    for name in given:
        if name not in permitted:
            raise ValidationFailedError.of(
                name, f"'{name[:40]}' is not a parameter of this endpoint: use {', '.join(permitted)}"
            )
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        errors = [{**problem, "loc": ("query", *problem["loc"])} for problem in error.errors()]
        raise RequestValidationError(errors) from error


def describe_parameters(model: type[BaseModel], *, is_list: bool) -> list[dict[str, Any]]:
    """The query parameters as OpenAPI tells them."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    described = [
        {"name": name, "in": "query", "required": False, "schema": _inlined(field, definitions)}
        for name, field in schema["properties"].items()
    ]
    pages = PAGE_PARAMETERS if is_list else ()
    return described + [
        {"name": name, "in": "query", "required": False, "schema": {"type": "integer", "minimum": 1}}
        for name in pages
    ]


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return definitions[schema["$ref"].rsplit("/", 1)[1]]
    return {name: _inlined(part, definitions) for name, part in schema.items()}
