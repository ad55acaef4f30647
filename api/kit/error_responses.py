"""Turn whatever went wrong into the one error body, without a word of the exception itself."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import asyncpg
import sqlalchemy.exc
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.kit.documentation import DocumentedApp
from api.kit.errors import (
    ApiError,
    Details,
    DuplicateError,
    ErrorBody,
    MethodNotAllowedError,
    UnavailableError,
    ValidationFailedError,
)
from api.kit.logs import log

_CODES_OF_STATUS = {404: "not_found", 413: "body_too_large"}
# A body of several kinds, whose field that tells them apart is missing or tells none of them.
_WRONG_KINDS = {"union_tag_invalid", "union_tag_not_found"}
_LOCATIONS = {"body", "query", "path", "header", "cookie"}
# Deadlock, serialisation failure, lock and statement time-outs, shutdown: the same request may do better.
_PASSING_SQLSTATES = {"40001", "40P01", "55000", "55P03", "57014", "57P01", "57P02", "57P03", "53300"}
_UNIQUE_VIOLATION = "23505"
_CONNECTION_ERRORS = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    sqlalchemy.exc.InterfaceError,
)


def error_response(error: ApiError, request_id: str) -> JSONResponse:
    body = ErrorBody(error=error.sentence, details=error.details, code=error.reason, request_id=request_id)
    return JSONResponse(body.model_dump(), error.status_code, error.headers)


def request_id_of(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


def validation_details(errors: Sequence[Any]) -> Details:
    """Name each field by its path in the request: `graph.nodes.0.weight`."""
    details: Details = {}
    for error in errors:
        path = [str(part) for part in error["loc"]]
        if error["type"] in _WRONG_KINDS:
            path.append(error["ctx"]["discriminator"].strip("'"))
        if len(path) > 1 and path[0] in _LOCATIONS:
            path = path[1:]
        message = str(error["msg"]).removeprefix("Value error, ")
        if error["type"] == "json_invalid":
            # Its path is the character where reading ended, which is no field.
            path, message = ["body"], f"The body is no JSON from character {path[-1]} on: send valid JSON"
        details.setdefault(".".join(path), []).append(message)
    return details


def translate(error: Exception) -> ApiError | None:
    """Map an exception of the driver to a refusal; None when it is a fault of ours."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None)
    if state in _PASSING_SQLSTATES or getattr(error, "connection_invalidated", False):
        return UnavailableError()
    if state == _UNIQUE_VIOLATION:
        return DuplicateError()
    if isinstance(error, _CONNECTION_ERRORS):
        return UnavailableError("The database cannot be reached: try again shortly")
    return None


async def _answer_api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)  # noqa: S101 - registered for this class alone
    return error_response(error, request_id_of(request))


async def _answer_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class alone
    failed = ValidationFailedError(details=validation_details(error.errors()))
    return error_response(failed, request_id_of(request))


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class alone
    request_id = request_id_of(request)
    if isinstance(error.__cause__, ApiError):
        # FastAPI wraps whatever reading the body raises.
        return error_response(error.__cause__, request_id)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and isinstance(request.app, DocumentedApp):
        # Starlette names the methods of the first route alone, and each of ours has one method.
        return error_response(MethodNotAllowedError(request.app.methods_of(request.url.path)), request_id)
    body = ErrorBody(
        error=HTTPStatus(error.status_code).phrase,
        details={},
        code=_CODES_OF_STATUS.get(error.status_code, "validation_failed"),
        request_id=request_id,
    )
    return JSONResponse(body.model_dump(), error.status_code, error.headers)


async def _answer_driver_error(request: Request, error: Exception) -> Response:
    return answer_unexpected(error, request_id_of(request))


def answer_unexpected(error: Exception, request_id: str) -> Response:
    refusal = translate(error)
    if refusal is None:
        log.error("request_failed", request_id=request_id, exc_info=error)
        refusal = ApiError()
    else:
        log.warning("dependency_failed", request_id=request_id, error=type(error).__name__)
    return error_response(refusal, request_id)


def install_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ApiError, _answer_api_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    for kind in (sqlalchemy.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        app.add_exception_handler(kind, _answer_driver_error)
