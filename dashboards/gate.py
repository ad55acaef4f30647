"""Nothing is served to who is not signed in: no page, no script, no socket."""

from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import provider, shell
from dashboards.accounts import accounts

COOKIE = "sluice_session"
SIGN_IN = "/sign-in"
PROVIDER_SIGN_IN = f"{SIGN_IN}/organisation"
# Each path as a whole: what only begins like one is answered with a page.
_OPEN_TO_ALL = frozenset({"/_stcore/health", SIGN_IN})
_OPEN_WITH_A_PROVIDER = frozenset({PROVIDER_SIGN_IN, "/auth/login", "/auth/logout", "/oauth2callback"})
# Close code of a socket that nobody may open, from the range that applications have for themselves.
_UNAUTHENTICATED = 4401

_HEADERS = {
    # Vega compiles expressions, and the graphs are laid out by WebAssembly.
    "Content-Security-Policy": (
        f"default-src 'self'; script-src 'self' {shell.script_hashes()} 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SignInGate:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_admitted(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _UNAUTHENTICATED})
        else:
            query = scope["query_string"].decode("latin-1")
            asked = f"{scope['path']}?{query}" if query else scope["path"]
            await RedirectResponse(f"{SIGN_IN}?next={quote(asked)}", 303)(scope, receive, send)


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def is_admitted(scope: Scope) -> bool:
    path = scope["path"]
    if path in _OPEN_TO_ALL or (path in _OPEN_WITH_A_PROVIDER and provider.is_configured()):
        return True
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    if accounts.see(cookies.get(COOKIE)) is not None:
        return True
    return provider.is_configured() and provider.has_signed_in(cookies)
