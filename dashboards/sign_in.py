"""The page to sign in at, outside Streamlit: a script there could not give the browser a cookie."""

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboards import provider
from dashboards.accounts import accounts
from dashboards.client import connected_client
from dashboards.errors import ApiUnavailableError, SignInRefusedError
from dashboards.gate import COOKIE, PROVIDER_SIGN_IN
from dashboards.texts import _

_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_REFUSED, _UNAVAILABLE = 401, 503


async def sign_in(request: Request) -> Response:
    """Show the form, or open a session and go on to where the reader was bound for."""
    destination = own_page(request.query_params.get("next"))
    if request.method == "GET":
        return _form(destination)
    if not _is_ours(request):
        return _form(destination, _("This form was sent from another site. Sign in here."), status=_REFUSED)
    form = await request.form()
    username, password = str(form.get("username", "")).strip(), str(form.get("password", ""))
    try:
        address = request.client.host if request.client else None
        tokens = await run_in_threadpool(connected_client().sign_in, username, password, address)
    except SignInRefusedError as error:
        return _form(destination, str(error), username, status=_REFUSED)
    except ApiUnavailableError as error:
        return _form(destination, str(error), username, status=_UNAVAILABLE)
    accounts.close(request.cookies.get(COOKIE))
    response = RedirectResponse(destination, 303)
    response.set_cookie(
        COOKIE,
        accounts.open(username, tokens),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def sign_in_with_provider(_request: Request) -> Response:
    """Lead to the identity provider, which leads back to the first page."""
    return RedirectResponse(provider.login_address(), 303, {"Cache-Control": "no-store"})


def own_page(address: str | None) -> str:
    """An address of these pages; of any other the first page: no link leads elsewhere by way of us."""
    try:
        parts = urlsplit((address or "/").replace("\\", "/"))
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_ours(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _form(destination: str, refusal: str = "", username: str = "", status: int = 200) -> HTMLResponse:
    page = _PAGES.get_template("sign_in.html.j2").render(
        destination=destination,
        refusal=refusal,
        username=username,
        provider_address=PROVIDER_SIGN_IN if provider.is_configured() else None,
        _=_,
    )
    return HTMLResponse(page, status, {"Cache-Control": "no-store"})
