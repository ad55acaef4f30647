"""Nobody is told what is wrong with a request before it is known that they may make it."""

from collections.abc import Awaitable, Callable, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.identity import auth
from api.kit.error_responses import error_response, request_id_of
from api.kit.errors import ApiError

Handler = Callable[[Request, Any], Awaitable[Response]]
_AUTHENTICATION_FAILURES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def install_admission(app: FastAPI) -> None:
    """Put the caller's right before every refusal made while a request was still being read.

    FastAPI parses a body before it asks any dependency, so a body that is no JSON would be refused
    with 400 where the answer is 401.
    """
    for kind in (RequestValidationError, HTTPException, ApiError):
        app.add_exception_handler(kind, _admitting(app.exception_handlers[kind]))


def _admitting(handler: Any) -> Handler:
    async def answer(request: Request, error: Any) -> Response:
        has_been_judged = hasattr(request.state, "principal")
        if not has_been_judged and getattr(error, "status_code", 0) not in _AUTHENTICATION_FAILURES:
            try:
                await _admit(request)
            except ApiError as refusal:
                return error_response(refusal, request_id_of(request))
        response: Response = await handler(request, error)
        return response

    return answer


async def _admit(request: Request) -> None:
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or request.method not in (route.methods or ()):
        return
    asked = set(_calls(route.dependant))
    if auth.require_service in asked:
        await auth.require_service(request)
    elif auth.require_admin_or_service in asked:
        await auth.require_admin_or_service(request)
    elif auth.authenticate_sender in asked:
        await auth.authenticate_sender(request)
    elif auth.authenticate in asked:
        principal = await auth.authenticate(request)
        if auth.require_staff in asked:
            await auth.require_staff(principal)
        if auth.require_admin in asked:
            await auth.require_admin(request, principal)
        if auth.require_coordinator in asked:
            await auth.require_coordinator(request, principal)


def _calls(dependant: Dependant) -> Iterator[Any]:
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from _calls(dependency)
