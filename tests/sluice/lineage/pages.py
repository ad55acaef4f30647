"""What a page of the dashboards asks the API, told from its text and that of all it imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from api.insights.endpoints import router
from tests.api.identity.levels import walk

ROOT = Path(__file__).parents[3]
PAGES = sorted(path.stem for path in (ROOT / "dashboards" / "app_pages").glob("[a-z]*.py"))


def asked_by(page: str) -> set[str]:
    """Paths as the API's documents write them: `/analytics/workflows/{workflow_id}/variants/`."""
    forms = {re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path)): route.path for route in walk(router.routes)}
    return {
        path
        for module in modules_of(f"dashboards.app_pages.{page}")
        for address in addresses_in(source_of(module))
        for form, path in forms.items()
        if form.fullmatch(address.partition("?")[0])
    }


def modules_of(page: str) -> set[str]:
    """The page and all modules of the dashboards that it imports, and those import."""
    found, waiting = set[str](), [page]
    while waiting:
        module = waiting.pop()
        if module not in found and (tree := source_of(module)):
            found.add(module)
            waiting += imports_in(tree)
    return found


def source_of(module: str) -> ast.Module | None:
    path = ROOT / Path(*module.split(".")).with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8")) if path.exists() else None


def imports_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dashboards"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def addresses_in(tree: ast.Module | None) -> Iterator[str]:
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "0" for part in node.values)
            yield "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
