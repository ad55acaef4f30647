"""`python -m sluice.stack.static_site HOST PORT FOLDER`: serves the built documentation."""

import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

NOT_BUILT = b"The documentation has not been built yet: run `sluice docs`.\n"


class StaticSite(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(HTTPStatus.OK, b"ok\n")
        elif self.path == "/" and not (Path(self.directory) / "index.html").exists():
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, NOT_BUILT)
        else:
            super().do_GET()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base class's signature
        """Folders are not listed: the site is one page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
        """Requests are not logged: a local page's readers are nobody's business."""

    def _answer(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    host, port, folder = sys.argv[1:]
    with ThreadingHTTPServer((host, int(port)), partial(StaticSite, directory=folder)) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
