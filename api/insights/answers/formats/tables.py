"""Answers as tables: those that are at hand, and lists that are read while they are sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from fastapi import Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.insights.answers.enums import Format
from api.insights.answers.errors import NotPublishedError
from api.insights.answers.formats.csv_tables import CsvTable
from api.insights.answers.formats.grains import Grain
from api.insights.answers.formats.parquet_tables import ParquetTable
from api.insights.answers.repository import Answer, WholeList, find_publication, stream_rows
from api.insights.answers.source import Source

# Rows that are held in memory at once.
BATCH = {Format.CSV: 1_000, Format.PARQUET: 10_000}
NOT_MODIFIED = 304


class Table(Protocol):
    """Rows on their way to bytes."""

    def begin(self) -> bytes: ...

    def add(self, rows: list[dict[str, Any]]) -> bytes: ...

    def end(self) -> bytes: ...


def open_table(grain: Grain, kind: Format) -> Table:
    return CsvTable(grain) if kind is Format.CSV else ParquetTable(grain)


def tabulate(body: bytes, grain: Grain, kind: Format) -> bytes:
    """The table of an answer that is at hand as JSON."""
    table = open_table(grain, kind)
    return b"".join((table.begin(), table.add(grain.rows_of(json.loads(body))), table.end()))


class Question(Protocol):
    """What a download needs to know of what was asked."""

    format: Format

    @property
    def grain(self) -> Grain: ...

    @property
    def known_publication(self) -> int | None: ...

    def snapshot(self) -> AbstractAsyncContextManager[Source]: ...

    def describe(self, answer: Answer) -> Mapping[str, str]: ...


class ListDownload(Response):
    """All rows of a list. One transaction spans the first byte and the last: one publication."""

    def __init__(self, question: Question, rows: WholeList) -> None:
        super().__init__()
        self.question = question
        self.rows = rows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the list.

        Raises:
            NotPublishedError: Before the first publication.
        """
        async with self.question.snapshot() as source:
            publication = await find_publication(source)
            if publication is None:
                raise NotPublishedError
            headers = self.question.describe(publication)
            response: Response
            if publication.publication_id == self.question.known_publication:
                response = Response(status_code=NOT_MODIFIED, headers=headers)
            else:
                response = StreamingResponse(self._chunks(source), headers=headers)
            await response(scope, receive, send)

    async def _chunks(self, source: Source) -> AsyncIterator[bytes]:
        kind = self.question.format
        table = await asyncio.to_thread(open_table, self.question.grain, kind)
        yield table.begin()
        async for texts in stream_rows(source, self.rows, BATCH[kind]):
            yield await asyncio.to_thread(_add, table, texts)
        yield table.end()


def _add(table: Table, texts: list[str]) -> bytes:
    return table.add([json.loads(text) for text in texts])
