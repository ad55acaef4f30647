"""The HTTP side of a published answer: what is asked, what the reader already holds, what goes back."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2s
from typing import Any, ClassVar, Generic, Self, TypeVar

import asyncpg
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from api.insights.answers.enums import Format
from api.insights.answers.formats.grains import GRAINS, Grain
from api.insights.answers.formats.negotiation import CONTENT_TYPES, read_format
from api.insights.answers.formats.tables import ListDownload, tabulate
from api.insights.answers.known import DESCRIPTION, KNOWN_ON, KnownOn, read_known_on
from api.insights.answers.notes import note
from api.insights.answers.repository import Answer, Listed, WholeList
from api.insights.answers.source import Source
from api.kit.errors import ValidationFailedError
from api.kit.pagination import PageRequest, read_page_request

Query = TypeVar("Query", bound=BaseModel)

ETAG = re.compile(r'"(\d{1,18})-([0-9a-f]{16})"')
PAGE_PARAMETERS = ("page", "page_size")
FORMAT_PARAMETER = "format"
SHARED_PARAMETERS = (FORMAT_PARAMETER, KNOWN_ON)


@dataclass
class Reading(Generic[Query]):
    """One question to the read side.

    The query string is read here, in one step, rather than parameter by parameter by the framework: that
    alone would cost more than the answer.

    Args:
        request: The request.
        query: What it asks.
        format: How the answer is wanted.
        page: Which page, of a list.
        depends_on: What the answer follows from beside the address and the publication, such as who asks.
        row: Model of a row of its table, where what is asked decides which it is.
    """

    request: Request
    query: Query
    format: Format
    page: PageRequest | None = None
    depends_on: str = ""
    row: type[BaseModel] | None = None

    shared_parameters: ClassVar[tuple[str, ...]] = SHARED_PARAMETERS

    @classmethod
    def of(cls, request: Request, model: type[Query]) -> Self:
        query = read_query(request, model, (*model.model_fields, *cls.shared_parameters))
        return cls(request, query, read_format(request))

    @classmethod
    def of_list(cls, request: Request, model: type[Query]) -> Self:
        permitted = (*model.model_fields, *PAGE_PARAMETERS, *cls.shared_parameters)
        query = read_query(request, model, permitted)
        given = request.query_params
        page = read_page_request(request, given.get("page"), given.get("page_size"))
        return cls(request, query, read_format(request), page)

    @property
    def pool(self) -> asyncpg.Pool:
        """Where to read; an answer within another is read in the transaction of that one."""
        state = self.request.scope.get("state") or {}
        pool: asyncpg.Pool = state.get("read_from") or self.request.app.state.read_pool
        return pool

    @cached_property
    def known_on(self) -> KnownOn | None:
        """As of which publication it is asked; None is the current one."""
        return read_known_on(self.request.query_params.get(KNOWN_ON))

    @asynccontextmanager
    async def source(self) -> AsyncIterator[Source]:
        """Where a statement reads.

        Raises:
            NotPublishedError: An earlier publication is asked for before the first.
            ValidationFailedError: The publication asked for is not kept any more, or there is none yet.
        """
        if self.known_on is None:
            yield Source(self.pool)
        else:
            async with self.snapshot() as source:
                yield source

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Source]:
        """Where statements read that are all to see one state of the database; raises as `source` does."""
        if not isinstance(self.pool, asyncpg.Pool):
            yield await Source.known_on(self.pool, self.known_on)
            return
        async with (
            self.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield await Source.known_on(connection, self.known_on)

    @property
    def address(self) -> str:
        """What was asked: the path and the query string."""
        path, query = self.request.scope["path"], self.request.scope["query_string"].decode("latin-1")
        return f"{path}?{query}" if query else path

    @cached_property
    def digest(self) -> str:
        """Of the question: what is asked, in which format it is to be answered, and what else matters."""
        scope = self.request.scope
        address = b"%s?%s" % (scope["path"].encode(), scope["query_string"])
        question = b"%s#%s#%s" % (address, self.format.encode(), self.depends_on.encode())
        return blake2s(question, digest_size=8).hexdigest()

    @cached_property
    def known_publication(self) -> int | None:
        """The publication of the copy the reader holds, if it holds one of this very question."""
        held = self.request.headers.get("if-none-match")
        if held is None:
            return None
        known = [int(publication) for publication, digest in ETAG.findall(held) if digest == self.digest]
        return max(known, default=None)

    @property
    def grain(self) -> Grain:
        grain = GRAINS[self.request.scope["endpoint"]]
        return grain if self.row is None else replace(grain, row=self.row)

    def respond(self, answer: Listed) -> Response:
        if isinstance(answer, WholeList):
            return ListDownload(self, answer)
        headers = self.describe(answer)
        if answer.body is None or answer.publication_id == self.known_publication:
            return Response(status_code=304, headers=headers)
        if self.format is Format.JSON:
            route = self.request.scope["route"].path
            return Response(note(answer.body, route, self.address, answer.set_aside), headers=headers)
        return Response(tabulate(answer.body, self.grain, self.format), headers=headers)

    def describe(self, answer: Answer) -> dict[str, str]:
        """The headers of an answer."""
        headers = {
            "X-Publication-Id": str(answer.publication_id),
            "X-Data-As-Of": answer.data_as_of,
            # Weak: the same publication answers alike but for the instant of the answer.
            "ETag": f'W/"{answer.publication_id}-{self.digest}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Accept, Authorization, Cookie",
            "Content-Type": CONTENT_TYPES[self.format],
        }
        if answer.set_aside:
            headers["X-Tickets-In-Doubt"] = str(answer.set_aside)
        if self.format is not Format.JSON:
            name = "-".join(self.request.scope["path"].strip("/").split("/")[1:])
            headers["Content-Disposition"] = f'attachment; filename="{name}.{self.format}"'
        return headers


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


def describe_parameters(
    model: type[BaseModel], *, is_list: bool, is_live: bool = False
) -> list[dict[str, Any]]:
    """The query parameters as OpenAPI tells them; what is live cannot be asked for as it was."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    described = [
        {"name": name, "in": "query", "required": False, "schema": _inlined(field, definitions)}
        for name, field in schema["properties"].items()
    ]
    if is_list:
        described += [
            {"name": name, "in": "query", "required": False, "schema": {"type": "integer", "minimum": 1}}
            for name in PAGE_PARAMETERS
        ]
    if FORMAT_PARAMETER not in schema["properties"]:
        described.append(
            {
                "name": FORMAT_PARAMETER,
                "in": "query",
                "required": False,
                "description": "Wins over the Accept header",
                "schema": {"type": "string", "enum": list(Format)},
            }
        )
    if not is_live:
        described.append(
            {
                "name": KNOWN_ON,
                "in": "query",
                "required": False,
                "description": DESCRIPTION,
                "schema": {"type": "string"},
            }
        )
    return described


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return definitions[schema["$ref"].rsplit("/", 1)[1]]
    return {name: _inlined(part, definitions) for name, part in schema.items()}
