"""Data Docs: what a check links to opens where the docs part serves it, and says what was found."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest

from pipelines.quality.gates import GATES, Stage
from pipelines.resources.postgres import Postgres
from sluice.settings import load_settings
from sluice.stack.static_site import StaticSite


@pytest.fixture
def served(sluice_home: Any, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that the docs part serves, and a port of ours that it is served on."""
    sluice_home(database_url)
    folder = load_settings().docs
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(StaticSite, directory=str(folder))) as server:
        monkeypatch.setenv("SLUICE_DOCS_PORT", str(server.server_port))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder
        server.shutdown()


@pytest.fixture
def evaluations(served: Path, database_url: str) -> list[dg.AssetCheckEvaluation]:
    from pipelines.quality.asset_checks import stage_checks  # noqa: PLC0415 - under the test's warning filters

    assert served
    job = dg.define_asset_job("judge", selection=dg.AssetSelection.all_asset_checks())
    definitions = dg.Definitions(
        asset_checks=[stage_checks(Stage.INPUTS)],
        jobs=[job],
        resources={"postgres": Postgres(database_url=database_url)},
    )
    return definitions.resolve_job_def("judge").execute_in_process().get_asset_check_evaluations()


def test_the_link_of_each_check_opens(evaluations: list[dg.AssetCheckEvaluation]) -> None:
    assert {each.check_name for each in evaluations} == {
        gate.name for gate in GATES if gate.stage is Stage.INPUTS
    }
    for each in evaluations:
        page = httpx.get(str(each.metadata["data_docs"].value), trust_env=False)
        assert page.status_code == 200
        assert f"<h1>{each.check_name}</h1>" in page.text


@pytest.mark.usefixtures("evaluations")
def test_the_index_names_every_suite_asked_or_not(served: Path) -> None:
    index = (served / "data-docs" / "index.html").read_text(encoding="utf-8")

    assert all(f'href="{gate.name}.html"' in index for gate in GATES)
    assert "passed" in index
    assert "not asked yet" in index
