"""The analysts' documentation: dbt's own site of models, columns and lineage, as one file."""

import shutil
from pathlib import Path

from pipelines.resources.dbt import Dbt, DbtError, project_manifest
from pipelines.settings import PipelineSettings


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
