"""Nothing is served to who is not signed in: no page, no script, no socket."""

import os
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.accounts import accounts

COOKIE = "sluice_session"
SIGN_IN = "/sign-in"
# What a probe, the sign-in page and the way through another identity provider need.
_OPEN_TO_ALL = ("/_stcore/health", SIGN_IN, "/auth/", "/oauth2callback")
_PROVIDER_COOKIE = "_streamlit_user"
# Close code of a socket that nobody may open, from the range that applications have for themselves.
_UNAUTHENTICATED = 4401


def _inline_scripts() -> str:
    """The scripts that stand in Streamlit's own page, as its policy names them: by what they hash to."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    return " ".join(f"'sha256-{digest}'" for digest in hashes)


_HEADERS = {
    # Vega compiles expressions, and the graphs are laid out by WebAssembly.
    "Content-Security-Policy": (
        f"default-src 'self'; script-src 'self' {_inline_scripts()} 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' ws: wss:; worker-src 'self' blob:; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
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
    if scope["path"].startswith(_OPEN_TO_ALL):
        return True
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    if accounts.find(cookies.get(COOKIE)) is not None:
        return True
    # Its signature is checked by Streamlit, and again by the API that gets the token.
    return is_provider_configured() and any(name.startswith(_PROVIDER_COOKIE) for name in cookies)


def is_provider_configured() -> bool:
    """Whether people sign in with another identity provider (OpenID Connect), too."""
    return bool(os.environ.get("SLUICE_DASHBOARDS_OIDC_METADATA_URL"))
