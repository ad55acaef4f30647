"""Routes of answers that come rendered from the database."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.reading import describe_parameters
from api.insights.answers.schemas import Rows
from api.kit.errors import PageOutOfRangeError, responses

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The reader's copy is still the newest"}
}


def published(
    router: APIRouter, path: str, query: type[BaseModel], answer: type[BaseModel]
) -> Callable[[Endpoint], Endpoint]:
    """Route of an answer that comes rendered; the models are its documentation."""
    is_list = issubclass(answer, Rows)
    refusals = responses(NotPublishedError, *((PageOutOfRangeError,) if is_list else ()))
    return router.get(
        path,
        response_model=answer,
        responses=NOT_MODIFIED | refusals,
        openapi_extra={"parameters": describe_parameters(query, is_list=is_list)},
    )
