from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from api.identity import service
from api.identity.attempts import SignInAttempts
from api.identity.auth import COOKIE, AnyPerson
from api.identity.schemas import Credentials, PasswordChange, RefreshRequest, TokenPair
from api.kit.db import Session
from api.kit.error_responses import error_response, request_id_of
from api.kit.errors import (
    InvalidStateError,
    TokenInvalidError,
    TooManyRequestsError,
    ValidationFailedError,
    responses,
)
from api.settings import ApiSettings

router = APIRouter(prefix="/auth", tags=["auth"])
Body = TypeVar("Body", bound=BaseModel)


def _form_or_json(schema: type[BaseModel]) -> dict[str, Any]:
    reference = {"schema": schema.model_json_schema()}
    content = {"application/json": reference, "application/x-www-form-urlencoded": reference}
    return {"requestBody": {"required": True, "content": content}, "security": []}


async def _read(request: Request, schema: type[Body]) -> Body:
    """Read a form or a JSON object; OAuth clients send the one, scripts the other."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            return schema.model_validate(dict(await request.form()))
        if kind == "application/json":
            return schema.model_validate(await request.json())
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    except (ValueError, RecursionError) as error:
        raise ValidationFailedError.of("body", "The body is not valid JSON") from error
    message = f"{kind[:60]!r} is not a content type read here: send JSON or a form"
    raise ValidationFailedError.of("Content-Type", message)


def _address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def _answer(request: Request, pair: TokenPair, *, with_cookie: bool) -> Response:
    response = Response(pair.model_dump_json(), media_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    if with_cookie:
        _set_cookie(request, response, pair.access_token, pair.expires_in)
    return response


def _set_cookie(request: Request, response: Response, value: str, seconds: int) -> None:
    settings: ApiSettings = request.app.state.settings
    response.set_cookie(
        COOKIE,
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=settings.env != "development",
    )


@router.post(
    "/token/",
    response_model=TokenPair,
    responses=responses(TooManyRequestsError),
    openapi_extra=_form_or_json(Credentials),
)
async def create_token(request: Request, session: Session) -> Response:
    """Sign in with a local account; `cookie=true` also sets the access token as a cookie."""
    credentials = await _read(request, Credentials)
    state = request.app.state
    pair = await service.sign_in(
        session,
        state.settings,
        state.sign_in_attempts,
        credentials,
        address=_address_of(request),
    )
    return _answer(request, pair, with_cookie=credentials.cookie)


@router.post(
    "/refresh/",
    response_model=TokenPair,
    responses=responses(),
    openapi_extra=_form_or_json(RefreshRequest),
)
async def refresh_token(request: Request, session: Session) -> Response:
    """Exchange a refresh token for a new pair; the old one is spent."""
    wanted = await _read(request, RefreshRequest)
    state = request.app.state
    pair = await service.renew(session, state.settings, state.verifier, wanted.refresh_token)
    if pair is None:
        return error_response(TokenInvalidError(), request_id_of(request))
    return _answer(request, pair, with_cookie=wanted.cookie)


@router.post("/sign-out/", status_code=204, responses=responses(), response_class=Response)
async def sign_out(request: Request, session: Session, principal: AnyPerson) -> Response:
    """End this session: its tokens stop within seconds, in every process, and the cookie goes."""
    await service.sign_out(session, principal)
    response = Response(status_code=204)
    if COOKIE in request.cookies:
        _set_cookie(request, response, "", 0)
    return response


@router.post(
    "/password/",
    status_code=204,
    responses=responses(InvalidStateError, TooManyRequestsError),
    response_class=Response,
)
async def change_password(
    body: PasswordChange, request: Request, session: Session, principal: AnyPerson
) -> None:
    """Change one's own password; the other sessions of the account end."""
    attempts: SignInAttempts = request.app.state.sign_in_attempts
    await service.change_password(session, attempts, principal, body, address=_address_of(request))
