"""`docs/analysts.md` is run as it is read, its SQL and its Python, and the API asked beside it."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.insights.calls import get
from tests.conftest import PROJECT

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGE = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Question:
    """A section that ends with the answer that tells the same number."""

    title: str
    query: str
    field: str
    path: str
    department: str

    def __str__(self) -> str:
        return self.title


def blocks(language: str, text: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.+?)^```$", text, re.DOTALL | re.MULTILINE)


QUESTIONS = [
    Question(section.partition("\n")[0], blocks("sql", section)[0], *told)
    for section in PAGE.split("\n### ")
    for told in re.findall(r"The same: `(\w+)` of `GET /analytics([^?`]+)(?:\?department=(\w+))?`", section)
]


def test_three_questions_are_answered() -> None:
    assert len(QUESTIONS) == 3


@pytest.mark.parametrize("query", blocks("sql"))
async def test_every_query_answers(query: str, analyst: psycopg.Connection[Any]) -> None:
    rows = analyst.execute(query.encode()).fetchall()
    assert rows
    assert None not in rows[0]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
async def test_the_api_tells_the_same(
    question: Question, analyst: psycopg.Connection[Any], reader: httpx.AsyncClient
) -> None:
    cursor = analyst.execute(question.query.encode())
    [[number]] = cursor.fetchall()
    assert [column.name for column in cursor.description or ()] == [question.field]
    chosen = {"department": question.department} if question.department else {}
    assert float(number) == (await get(reader, question.path, **chosen))[question.field]


async def test_the_notebook_tells_the_same(
    analyst_url: str, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICE_ANALYST_URL", analyst_url)
    notebook: dict[str, Any] = {}
    for cell in blocks("python"):
        exec(cell, notebook)  # noqa: S102 - the page's own
    notebook["engine"].dispose()
    answer = await get(reader, "/tickets/dashboard/")
    assert len(notebook["tickets"]) == answer["total_tickets"]
    assert notebook["sla_compliance_rate"] == answer["sla_compliance_rate"]
