"""The page that every page begins as: Streamlit's own, told where its server is."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse

# Without it, a page opened by its own address looks for the server below that address first, and the
# browser notes an error that is none.
_WHERE = "<script>window.__streamlit = {BACKEND_BASE_URL: window.location.origin}</script>"


def _page() -> str:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    return page.replace("<title>Streamlit</title>", f"<title>Sluice</title>{_WHERE}")


_PAGE = _page()


class PageName(Convertor[str]):
    """Addresses that pages have: a file's has a dot, and what belongs to the server has more parts."""

    regex = "[a-z_-]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page_name", PageName())


async def show_shell(_request: Request) -> HTMLResponse:
    """Answer any page with the same one, which asks for its contents by itself."""
    return HTMLResponse(_PAGE, headers={"Cache-Control": "no-cache"})


def script_hashes() -> str:
    """The scripts that stand in the page, as its policy names them: by what they hash to."""
    scripts = re.findall(r"<script>(.*?)</script>", _PAGE, re.DOTALL)
    hashes = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    return " ".join(f"'sha256-{digest}'" for digest in hashes)
