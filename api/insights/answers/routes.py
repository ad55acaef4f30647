"""Routes of answers that come rendered from the database."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel

from api.insights.answers.enums import Format
from api.insights.answers.errors import NotPublishedError
from api.insights.answers.formats.grains import GRAINS, Grain
from api.insights.answers.formats.negotiation import MEDIA_TYPES
from api.insights.answers.reading import describe_parameters
from api.insights.answers.schemas import Rows
from api.kit.errors import ApiError, PageOutOfRangeError, responses

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
TABLES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON, or the rows alone as a table; of a list, all of its pages at once, for admins",
        "content": {
            MEDIA_TYPES[Format.CSV]: {"schema": {"type": "string"}},
            MEDIA_TYPES[Format.PARQUET]: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
# By endpoint: what its query string may say.
QUESTIONS: dict[Any, type[BaseModel]] = {}
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The reader's copy is still the newest"}
}


def published(
    router: APIRouter,
    path: str,
    query: type[BaseModel],
    answer: type[BaseModel],
    *,
    rows: str | None = None,
    refused: tuple[type[ApiError], ...] = (),
    is_live: bool = False,
) -> Callable[[Endpoint], Endpoint]:
    """Route of an answer that comes rendered; the models are its documentation.

    Args:
        router: Where the route is added.
        path: Its address.
        query: What it may be asked.
        answer: What it answers.
        rows: Field that lists the rows of its table as CSV and Parquet. By default the results of a
            list; any other answer is one row of its own scalars.
        refused: With what else it may be refused.
        is_live: Whether it tells of this instant, so that no earlier publication can be asked for.
    """
    is_list = issubclass(answer, Rows)
    refusals = responses(NotPublishedError, *((PageOutOfRangeError,) if is_list else ()), *refused)
    grain = Grain.of(answer, rows)

    def add(endpoint: Endpoint) -> Endpoint:
        GRAINS[endpoint] = grain
        QUESTIONS[endpoint] = query
        return router.get(
            path,
            response_model=answer,
            responses=TABLES | NOT_MODIFIED | refusals,
            openapi_extra={"parameters": describe_parameters(query, is_list=is_list, is_live=is_live)},
        )(endpoint)

    return add
