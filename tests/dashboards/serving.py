"""The dashboards as they are served: a process of their own, which is told where the API is."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.conftest import PROJECT

SERVER = PROJECT / "dashboards" / "server.py"
SESSION = "sluice_session"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def serve_pages(api_url: str, folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start them and yield their address, once they answer."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(SERVER)]
    options = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.fileWatcherType=none"]
    with (folder / "streamlit.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *options],
            env=os.environ
            | {"SLUICE_WORKFLOW_API_URL": api_url, "PYTHONPATH": str(PROJECT)}
            | dict(settings or {}),
            cwd=SERVER.parent,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout is not None
    for line in process.stdout:
        if str(port).encode() in line:
            break
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()


def sign_in_at(pages_url: str, username: str, password: str, **changes: str) -> httpx.Response:
    """Send the form as a browser does; `next` is where it was bound for, `origin` the site of the form."""
    origin = changes.pop("origin", pages_url)
    return httpx.post(
        f"{pages_url}/sign-in",
        params=changes,
        data={"username": username, "password": password},
        headers={"Origin": origin},
        timeout=60,
    )
