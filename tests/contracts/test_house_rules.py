"""Rules of the house that imports cannot express, read from the code's own syntax trees."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("api", "dashboards", "ml", "pipelines", "sluice")
DRAWERS = {"utils.py", "helpers.py", "common.py", "misc.py", "constants.py"}


def modules(*packages: str) -> list[Path]:
    return [
        path
        for package in packages
        for path in sorted((PROJECT / package).rglob("*.py"))
        if "versions" not in path.parts
    ]


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def called_name(call: ast.Call) -> str:
    return ast.unparse(call.func)


@pytest.mark.parametrize("path", modules(*PACKAGES), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_fits_in_a_head(path: Path) -> None:
    assert path.name not in DRAWERS, "name the module for what it holds"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


def test_only_the_kit_commits_a_request() -> None:
    guilty = [
        path
        for path in modules("api")
        if path != PROJECT / "api" / "kit" / "db.py"
        for call in calls(path)
        if called_name(call).endswith(".commit")
    ]
    assert guilty == []


def test_no_domain_answers_with_http_exceptions() -> None:
    guilty = [path for path in modules("api") for call in calls(path) if called_name(call) == "HTTPException"]
    assert guilty == []


def test_clocks_have_a_time_zone() -> None:
    guilty = [
        f"{path}:{call.lineno}"
        for path in modules(*PACKAGES)
        for call in calls(path)
        if called_name(call) in {"datetime.now", "datetime.utcnow", "datetime.datetime.now"}
        and not call.args
        and not call.keywords
    ]
    assert guilty == []


def test_relationships_never_load_by_surprise() -> None:
    guilty = [
        f"{path}:{call.lineno}"
        for path in modules("api")
        for call in calls(path)
        if called_name(call) == "relationship"
        and not any(
            keyword.arg == "lazy" and ast.unparse(keyword.value) == "'raise'" for keyword in call.keywords
        )
    ]
    assert guilty == []


def test_the_api_client_draws_nothing() -> None:
    source = (PROJECT / "dashboards" / "client.py").read_text(encoding="utf-8")
    assert not re.search(r"\bst\.", source)
    assert "import streamlit" not in source


def test_nothing_names_this_machine() -> None:
    """A path of the machine it was written on would break, or give away, somebody else's."""
    machine_path = re.compile(r"(?<![\w./$}-])/(?:work|root|tmp)/")
    guilty = [
        str(path.relative_to(PROJECT))
        for path in [
            *modules(*PACKAGES, "tests", "bench"),
            *PROJECT.glob("docs/**/*.md"),
            PROJECT / "README.md",
        ]
        if path != Path(__file__) and machine_path.search(path.read_text(encoding="utf-8"))
    ]
    assert guilty == []
