"""The auth levels, as types that endpoints name in their signatures."""

import secrets
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api.identity import membership
from api.identity.principal import SERVICE, Principal
from api.identity.verification import TokenVerifier
from api.identity.withdrawals import Withdrawals
from api.kit.errors import ApiError, ForbiddenError, TokenInvalidError, UnauthenticatedError

COOKIE = "access_token"
API_KEY = "x-api-key"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class KeyRing(Protocol):
    """The keys of other systems; kept by the service that takes their tickets."""

    async def identify(self, key: str) -> Principal: ...


def _bearer_token(request: Request) -> str | None:
    headers = request.headers.getlist("authorization")
    if not headers:
        return None
    scheme, _, token = headers[0].partition(" ")
    if len(headers) > 1 or scheme.lower() != "bearer" or not token or token != token.strip():
        raise TokenInvalidError
    return token


def _cookie_token(request: Request) -> str | None:
    """Read the cookie; two different ones mean that somebody planted one."""
    found: set[str] = set()
    for header in request.headers.getlist("cookie"):
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == COOKIE:
                found.add(value.strip('"'))
    if len(found) > 1:
        raise TokenInvalidError
    return found.pop() if found else None


def _refuse_foreign_origin(request: Request) -> None:
    """Browsers attach cookies to any site's requests; only our own pages may change things with one."""
    origin = request.headers.get("origin")
    if origin is None:
        is_ours = request.headers.get("sec-fetch-site") == "same-origin"
    else:
        is_ours = urlsplit(origin).netloc == request.url.netloc
    if not is_ours:
        message = "A change made with a cookie must come from this site: send an Authorization header instead"
        raise ForbiddenError(message, code="foreign_origin")


async def _principal_or_none(verifier: TokenVerifier, token: str) -> Principal | None:
    try:
        return await verifier.identify(token)
    except ApiError:
        return None


async def authenticate(request: Request) -> Principal:
    """Name the caller: the header first, then the cookie.

    Raises:
        UnauthenticatedError: no token, a bad one, one withdrawn, or two that name different people.
    """
    state = request.app.state
    verifier: TokenVerifier = state.verifier
    bearer, cookie = _bearer_token(request), _cookie_token(request)
    if bearer is not None:
        principal = await verifier.identify(bearer)
        other = await _principal_or_none(verifier, cookie) if cookie else None
        if other is not None and other.key != principal.key:
            message = "The Authorization header and the cookie name different users: send one of them"
            raise TokenInvalidError(message)
    elif cookie is not None:
        principal = await verifier.identify(cookie)
        if request.method not in _SAFE_METHODS:
            _refuse_foreign_origin(request)
    else:
        raise UnauthenticatedError
    withdrawals: Withdrawals = state.withdrawals
    await withdrawals.refuse_withdrawn(principal, state.membership_pool)
    request.state.principal = principal
    return principal


AnyPerson = Annotated[Principal, Depends(authenticate)]


async def require_staff(principal: AnyPerson) -> Principal:
    if not principal.is_staff:
        raise ForbiddenError
    return principal


AnyStaff = Annotated[Principal, Depends(require_staff)]


async def require_admin(request: Request, principal: AnyStaff) -> Principal:
    await membership.require_one_of(request, principal, principal.admin_roles)
    return principal


async def require_coordinator(request: Request, principal: AnyStaff) -> Principal:
    await membership.require_one_of(request, principal, principal.coordinator_roles | principal.admin_roles)
    return principal


Admin = Annotated[Principal, Depends(require_admin)]
Coordinator = Annotated[Principal, Depends(require_coordinator)]


def _is_service_call(request: Request) -> bool:
    token = _bearer_token(request) or ""
    expected: str = request.app.state.settings.service_token.get_secret_value()
    return secrets.compare_digest(token.encode(), expected.encode())


async def require_service(request: Request) -> Principal:
    """Let in the other service, which knows the service token; people's tokens do not open this."""
    if "authorization" not in request.headers:
        raise UnauthenticatedError
    if not _is_service_call(request):
        raise TokenInvalidError
    request.state.principal = SERVICE
    return SERVICE


async def authenticate_person_or_service(request: Request) -> Principal:
    if "authorization" in request.headers and _is_service_call(request):
        request.state.principal = SERVICE
        return SERVICE
    return await authenticate(request)


async def require_admin_or_service(request: Request) -> Principal:
    principal = await authenticate_person_or_service(request)
    if principal.is_service:
        return principal
    return await require_admin(request, await require_staff(principal))


async def authenticate_sender(request: Request) -> Principal:
    """Let in who may hand tickets over: a person, the other service, or a system with a key of ours.

    Raises:
        UnauthenticatedError: nothing was sent, a bad token or key, or a key beside another credential.
    """
    given = request.headers.getlist(API_KEY)
    if not given:
        return await authenticate_person_or_service(request)
    if "authorization" in request.headers or _cookie_token(request) is not None:
        message = "X-API-Key and a token were both sent, and only one can say who sends: leave one out"
        raise TokenInvalidError(message)
    if len(given) > 1:
        raise TokenInvalidError("X-API-Key is given more than once: give it once")
    keys: KeyRing = request.app.state.api_keys
    request.state.principal = principal = await keys.identify(given[0])
    return principal


ServiceCall = Annotated[Principal, Depends(require_service)]
Sender = Annotated[Principal, Depends(authenticate_sender)]
