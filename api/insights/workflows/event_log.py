"""The event log of a workflow, written while it is read."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from html import escape
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from fastapi import Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.formats.csv_tables import CsvTable
from api.insights.answers.formats.grains import Grain
from api.insights.answers.reading import Reading
from api.insights.answers.repository import WholeList, find_publication, stream_rows
from api.insights.answers.source import Source
from api.insights.workflows.enums import LogFormat, VisitDirection
from api.insights.workflows.queries import EventLogQuery
from api.insights.workflows.schemas import Event

MEDIA_TYPES = {LogFormat.CSV: "text/csv", LogFormat.XES: "application/xml"}
EVENTS_AT_ONCE = 1_000
EVENT_GRAIN = Grain(Event, Event, None, tuple(Event.model_fields))
EXTENSIONS = {
    "Concept": "concept",
    "Lifecycle": "lifecycle",
    "Organizational": "org",
    "Time": "time",
}
# Of a trace; the rest of an event is its own.
CASE_ATTRIBUTES = ("priority", "department", "category")
# XML 1.0 has no way to write these, escaped or not.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Rows = Sequence[dict[str, Any]]


class Log(Protocol):
    """Events on their way to bytes."""

    def begin(self) -> bytes: ...

    def add(self, rows: Rows) -> bytes: ...

    def end(self) -> bytes: ...


class XesLog:
    """XES 1.0 (IEEE 1849): a trace per ticket, in it the start and the end of each visit.

    Args:
        name: What the log is called.
        as_of: The instant its events are true at, ISO 8601.
    """

    def __init__(self, name: str, as_of: str) -> None:
        self.name = name
        self.as_of = as_of
        self.case: str | None = None

    def begin(self) -> bytes:
        uri = "http://www.xes-standard.org"
        head = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<log xes.version="1.0" xes.features="" xmlns="{uri}/">',
            *(
                f'<extension name="{name}" prefix="{prefix}" uri="{uri}/{prefix}.xesext"/>'
                for name, prefix in EXTENSIONS.items()
            ),
            '<classifier name="Activity" keys="concept:name"/>',
            attribute("string", "concept:name", self.name),
            attribute("string", "lifecycle:model", "standard"),
            attribute("date", "data_as_of", self.as_of),
        ]
        return "\n".join([*head, ""]).encode()

    def add(self, rows: Rows) -> bytes:
        parts: list[str] = []
        for case, visits in groupby(rows, itemgetter("case_id")):
            first, *others = visits
            if case != self.case:
                parts += [*self._close(), *open_trace(first)]
                self.case = case
            for visit in (first, *others):
                parts += events_of(visit)
        return "\n".join([*parts, ""]).encode()

    def end(self) -> bytes:
        return "\n".join([*self._close(), "</log>", ""]).encode()

    def _close(self) -> list[str]:
        return ["</trace>"] if self.case is not None else []


def open_trace(visit: dict[str, Any]) -> list[str]:
    told = [attribute("string", "concept:name", visit["case_id"])]
    return ["<trace>", *told, *(attribute("string", name, visit[name]) for name in CASE_ATTRIBUTES)]


def events_of(visit: dict[str, Any]) -> list[str]:
    """The start of a visit and, when it has ended, its end: `ate_abort` where the work was called off."""
    events = [event_of(visit, "start", visit["start_timestamp"])]
    if visit["complete_timestamp"] is not None:
        is_aborted = visit["outcome"] == VisitDirection.CANCELLED
        transition = "ate_abort" if is_aborted else "complete"
        events.append(event_of(visit, transition, visit["complete_timestamp"]))
    return events


def event_of(visit: dict[str, Any], transition: str, at: str) -> str:
    told = [
        attribute("string", "concept:name", visit["activity"]),
        attribute("string", "lifecycle:transition", transition),
        attribute("date", "time:timestamp", at),
        attribute("string", "org:resource", visit["resource"]),
        attribute("string", "outcome", visit["outcome"]),
    ]
    return "".join(["<event>", *told, "</event>"])


def attribute(kind: str, key: str, value: str) -> str:
    written = escape(UNWRITABLE.sub("\ufffd", value))
    # A parser would turn these into spaces inside an attribute.
    for character in "\t\n\r":
        written = written.replace(character, f"&#{ord(character)};")
    return f'<{kind} key="{key}" value="{written}"/>'


class EventLogDownload(Response):
    """All events of a workflow. One transaction spans the first byte and the last: one publication."""

    def __init__(self, reading: Reading[EventLogQuery], events: WholeList, name: str) -> None:
        super().__init__()
        self.reading = reading
        self.kind = reading.query.format
        self.events = events
        self.log_name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the log.

        Raises:
            NotPublishedError: Before the first publication.
        """
        async with self.reading.snapshot() as source:
            publication = await find_publication(source)
            if publication is None:
                raise NotPublishedError
            as_of = publication.data_as_of
            log: Log = CsvTable(EVENT_GRAIN) if self.kind is LogFormat.CSV else XesLog(self.log_name, as_of)
            headers = {
                "X-Publication-Id": str(publication.publication_id),
                "X-Data-As-Of": as_of,
                "Cache-Control": "private, no-cache",
                "Content-Disposition": f'attachment; filename="event-log.{self.kind}"',
            }
            media_type = MEDIA_TYPES[self.kind]
            response = StreamingResponse(self._chunks(source, log), headers=headers, media_type=media_type)
            await response(scope, receive, send)

    async def _chunks(self, source: Source, log: Log) -> AsyncIterator[bytes]:
        yield log.begin()
        async for texts in stream_rows(source, self.events, EVENTS_AT_ONCE):
            yield log.add([json.loads(text) for text in texts])
        yield log.end()
