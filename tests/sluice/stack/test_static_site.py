import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "private").mkdir()
    return tmp_path


@pytest.fixture
def site(folder: Path, free_port: int) -> Iterator[httpx.Client]:
    command = [sys.executable, "-m", "sluice.stack.static_site", "127.0.0.1", str(free_port), str(folder)]
    transport = httpx.HTTPTransport(retries=6)
    with (
        subprocess.Popen(command) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{free_port}", transport=transport) as client,
    ):
        yield client
        server.terminate()


def test_it_is_well_before_and_after_the_page_is_built(site: httpx.Client, folder: Path) -> None:
    assert site.get("/healthz").is_success
    missing = site.get("/")
    assert (missing.status_code, "run `sluice docs`" in missing.text) == (503, True)
    (folder / "index.html").write_text("<h1>Tables</h1>", encoding="utf-8")
    assert site.get("/").text == "<h1>Tables</h1>"
    assert site.get("/healthz").is_success


@pytest.mark.parametrize("path", ["/private/", "/../secrets.json", "/%2e%2e/secrets.json", "/nothing"])
def test_it_shows_no_more_than_the_page(site: httpx.Client, folder: Path, path: str) -> None:
    (folder.parent / "secrets.json").write_text("{}", encoding="utf-8")
    assert site.get(path).status_code == 404


def test_it_shows_the_data_docs_where_the_checks_link_to(site: httpx.Client, folder: Path) -> None:
    docs = folder / "data-docs"
    docs.mkdir()
    (docs / "index.html").write_text("<h1>Data Docs</h1>", encoding="utf-8")
    (docs / "quarantine.html").write_text("<h1>quarantine</h1>", encoding="utf-8")
    assert site.get("/data-docs/").text == "<h1>Data Docs</h1>"
    assert site.get("/data-docs/quarantine.html").text == "<h1>quarantine</h1>"
