"""Signing in with another identity provider (OpenID Connect), which Streamlit does itself.

It keeps the provider's tokens in signed cookies of its own; the API is asked with the access token, and must
know that issuer (`SLUICE_JWKS_*`).
"""

import os
from collections.abc import Mapping
from typing import Any

from streamlit.auth_util import encode_provider_token, is_authlib_installed
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

PREFIX = "SLUICE_DASHBOARDS_OIDC_"
# Names of Streamlit's secrets by those of ours.
_NAMES = {
    "METADATA_URL": "server_metadata_url",
    "CLIENT_ID": "client_id",
    "CLIENT_SECRET": "client_secret",
    "COOKIE_SECRET": "cookie_secret",
    "REDIRECT_URI": "redirect_uri",
}
_CALLBACK = "/oauth2callback"
# The only one there is, as Streamlit calls it.
_PROVIDER = "default"
_SHORTEST_SECRET = 32


def is_configured() -> bool:
    return bool(os.environ.get(f"{PREFIX}METADATA_URL"))


def secrets() -> dict[str, dict[str, Any]] | None:
    """What Streamlit is told about the provider; None where there is none.

    Raises:
        ValueError: it cannot work as it is set.
    """
    if not is_configured():
        return None
    given = {name: os.environ.get(f"{PREFIX}{name}", "") for name in _NAMES}
    missing = [f"{PREFIX}{name}" for name, value in given.items() if not value]
    if missing:
        raise ValueError(f"{PREFIX}METADATA_URL is set, so set {', '.join(missing)} too.")
    if not given["REDIRECT_URI"].endswith(_CALLBACK):
        raise ValueError(f"{PREFIX}REDIRECT_URI must be the address of the dashboards with {_CALLBACK}.")
    if len(given["COOKIE_SECRET"]) < _SHORTEST_SECRET:
        raise ValueError(f"{PREFIX}COOKIE_SECRET must have at least {_SHORTEST_SECRET} characters.")
    if not is_authlib_installed():
        raise ValueError(f"{PREFIX}METADATA_URL needs the package Authlib: install streamlit[auth].")
    return {"auth": {_NAMES[name]: value for name, value in given.items()} | {"expose_tokens": ["access"]}}


def login_address() -> str:
    """Where Streamlit sends a browser to the provider; good for two minutes."""
    return f"/auth/login?provider={encode_provider_token(_PROVIDER)}"


def has_signed_in(cookies: Mapping[str, str]) -> bool:
    """Whether the browser holds a sign-in that Streamlit signed; the API checks the token behind it."""
    return (
        decode_signed_value(get_cookie_secret(), USER_COOKIE_NAME, cookies.get(USER_COOKIE_NAME, ""))
        is not None
    )
