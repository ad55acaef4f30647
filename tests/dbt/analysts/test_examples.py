"""What analysts read of the tables: grain first, a query that runs, links that lead somewhere."""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt.contracts.graph.manifest import Manifest

from pipelines.settings import DBT_PROJECT

QUERY = re.compile(r"```sql\n(.+?)```", re.DOTALL)
MARTS = sorted(path.stem for path in (DBT_PROJECT / "models" / "marts").rglob("*.sql"))
DOCS = DBT_PROJECT / "models" / "docs"


@pytest.fixture
def descriptions(parsed: tuple[Manifest, Path]) -> dict[str, str]:
    return {node.name: node.description for node in parsed[0].nodes.values() if node.resource_type == "model"}


class TestMart:
    @pytest.mark.parametrize("mart", MARTS)
    def test_has_a_query_that_answers_as_it_stands(
        self, mart: str, descriptions: dict[str, str], analyst: psycopg.Connection[Any]
    ) -> None:
        [query] = QUERY.findall(descriptions[mart])
        assert f"marts.{mart}" in query
        assert query.startswith("-- ")
        assert analyst.execute(query).fetchall()

    def test_is_readable_each_and_every_one(self, analyst: psycopg.Connection[Any]) -> None:
        for mart in MARTS:
            analyst.execute(f"select * from marts.{mart} limit 1".encode())


class TestOverview:
    def test_links_lead_somewhere(self, parsed: tuple[Manifest, Path]) -> None:
        manifest = parsed[0]
        known = {*manifest.nodes, *manifest.exposures, *manifest.metrics, *manifest.semantic_models}
        text = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
        for name in re.findall(r"\(#!/(?:model|exposure)/([^)]+)\)", text):
            assert name in known, name

    def test_leads_to_every_topic_of_metrics(self, parsed: tuple[Manifest, Path]) -> None:
        overview = (DOCS / "overview.md").read_text(encoding="utf-8")
        for name in parsed[0].exposures:
            if ".metrics_of_" in name:
                assert f"(#!/exposure/{name})" in overview


class TestGlossary:
    def test_names_what_there_is(self, parsed: tuple[Manifest, Path]) -> None:
        models = {node.name: node for node in parsed[0].nodes.values() if node.resource_type == "model"}
        glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| \*\*(.+?)\*\* \| .+ \| (.+?) \|$", glossary, re.MULTILINE)
        assert len(rows) > 30
        metrics = {metric.name for metric in parsed[0].metrics.values()}
        for term, where in rows:
            for place in re.findall(r"`([^`]+)`", where):
                table, _, column = place.partition(".")
                if table in models:
                    assert not column or column in models[table].columns, term
                else:
                    assert table in metrics | {"marts", "serving"}, term
