from collections.abc import Callable
from pathlib import Path

import pytest

from api.insights.catalogue.render import (
    DBT_DOCS,
    DBT_EXPOSURES,
    REFERENCE,
    render_dbt_docs,
    render_dbt_exposures,
    render_reference,
)

ADVICE = "run `python -m api.insights.catalogue.render`"


def test_the_page_of_metrics_is_the_registry() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    assert render_reference(page) == page, ADVICE


@pytest.mark.parametrize(
    ("path", "render"), [(DBT_DOCS, render_dbt_docs), (DBT_EXPOSURES, render_dbt_exposures)]
)
def test_what_dbt_tells_is_the_registry(path: Path, render: Callable[[], str]) -> None:
    assert path.read_text(encoding="utf-8") == render(), ADVICE
