"""The documentation: dbt's own site as one file, cards of the models, and the page that leads to both."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg

from pipelines.cards.facts import KINDS, read_facts
from pipelines.cards.render import card_page, contents_page
from pipelines.resources.dbt import Dbt, DbtError, project_manifest
from pipelines.settings import PipelineSettings

CARDS = "model-cards"
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 36' fill='none' "
    "stroke='%232f7de1' stroke-width='4'%3E%3Cpath d='M3 12c4-4.5 8-4.5 12 0s8 4.5 12 0M3 24c4-4.5 8-4.5 "
    "12 0s8 4.5 12 0'/%3E%3C/svg%3E"
)
# dbt's page asks its server for three addresses that its own templates should have filled in.
UNFILLED = {
    "${require('./assets/favicons/favicon.ico')}": ICON,
    'xlink:href="{{ getIcon': 'ng-attr-href="{{ getIcon',
    "<title>dbt Docs</title>": "<title>Sluice: tables and columns</title>",
}


def build_static_docs(target: Path) -> Path:
    """Write dbt's documentation to `target/index.html`, one page that needs nothing beside it.

    Args:
        target: Folder to write into; made when it is missing.

    Raises:
        DbtError: The project or the database behind it cannot be read.
    """
    settings = PipelineSettings()
    result = Dbt(settings).invoke(["docs", "generate", "--static"], project_manifest())
    if not result.success:
        raise DbtError(f"dbt cannot write its documentation: {result.exception}")
    page = (settings.dbt_artifacts / "target" / "static_index.html").read_text(encoding="utf-8")
    for unfilled, filled in UNFILLED.items():
        page = page.replace(unfilled, filled)
    return _write(target / "index.html", page)


def build_contents(target: Path) -> Path:
    """Write the page that leads to all others to `target/contents.html`."""
    has_data_docs = (PipelineSettings().data_docs / "index.html").exists()
    return _write(
        target / "contents.html",
        contents_page(built_at=datetime.now(UTC), kinds=KINDS, data_docs=has_data_docs),
    )


def build_model_cards(target: Path) -> list[Path]:
    """Write the card of each model of this desk to `target/model-cards/<kind>.html`, and tell where."""
    with psycopg.connect(PipelineSettings().database_url) as connection:
        return [
            _write(
                target / CARDS / f"{kind}.html",
                card_page(read_facts(connection, kind), built_at=datetime.now(UTC), kinds=KINDS),
            )
            for kind in KINDS
        ]


def _write(path: Path, page: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path
