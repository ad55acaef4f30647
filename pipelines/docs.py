"""The documentation: dbt's own site of models, columns and lineage as one file, and cards of the models."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from pipelines.cards.facts import KINDS, read_facts
from pipelines.cards.render import card_page
from pipelines.resources.dbt import Dbt, DbtError, project_manifest
from pipelines.settings import PipelineSettings

CARDS = "model-cards"


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
    target.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(settings.dbt_artifacts / "target" / "static_index.html", target / "index.html"))


def build_model_cards(target: Path) -> list[Path]:
    """Write the card of each model of this desk to `target/model-cards/<kind>.html`, and tell where."""
    folder = target / CARDS
    folder.mkdir(parents=True, exist_ok=True)
    built_at = datetime.now(UTC)
    pages = []
    with psycopg.connect(PipelineSettings().database_url) as connection:
        for kind in KINDS:
            page = folder / f"{kind}.html"
            page.write_text(
                card_page(read_facts(connection, kind), built_at=built_at, kinds=KINDS), encoding="utf-8"
            )
            pages.append(page)
    return pages
