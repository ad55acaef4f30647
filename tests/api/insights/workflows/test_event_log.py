"""The event log, read back: by the reader of our own importer, and by the rules of XES."""

import csv
import gzip
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from defusedxml.ElementTree import fromstring

from api.insights.workflows.enums import LogFormat
from api.insights.workflows.event_log import XesLog
from sluice.history_import.mapping import FormatOptions
from sluice.history_import.readers import read_rows
from tests.api.insights.workflows.ways import Desk, Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")

Told = tuple[str, str, str, datetime, str]


async def download(client: httpx.AsyncClient, workflow_id: int, kind: LogFormat) -> bytes:
    response = await client.get(f"/workflows/{workflow_id}/event-log/", params={"format": kind.value})
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"] == f'attachment; filename="event-log.{kind}"'
    return response.content


def told_of(desk: Desk, visit: Visit) -> list[Told]:
    step = desk.steps[visit.step_id]
    who = (visit.ticket.ticket_number, step["name"], step["role"])
    events = [(*who, visit.entered_at, "start")]
    if visit.left_at is not None:
        ended = "ate_abort" if visit.direction == "cancelled" else "complete"
        events.append((*who, visit.left_at, ended))
    return events


async def test_the_importer_reads_back_every_event_of_the_xes(
    reader: httpx.AsyncClient, simulated: Desk, workflow_ids: list[int], tmp_path: Path
) -> None:
    for workflow_id in workflow_ids[:3]:
        path = tmp_path / f"{workflow_id}.xes.gz"
        path.write_bytes(gzip.compress(await download(reader, workflow_id, LogFormat.XES)))
        rows = list(read_rows(path, FormatOptions(), {"trace:concept:name", "time:timestamp"}))
        found = [
            (
                row["trace:concept:name"],
                row["concept:name"],
                row["org:resource"],
                datetime.fromisoformat(row["time:timestamp"]),
                row["lifecycle:transition"],
            )
            for row in rows
            if isinstance(row, dict)
        ]
        ways = sorted(simulated.ways_of(workflow_id), key=lambda way: way[0].ticket.task_id)
        assert found == [event for way in ways for visit in way for event in told_of(simulated, visit)]
        assert len(found) == len(rows) > 0


async def test_the_csv_holds_a_line_per_visit(
    reader: httpx.AsyncClient, simulated: Desk, workflow_ids: list[int]
) -> None:
    workflow_id = workflow_ids[0]
    text = (await download(reader, workflow_id, LogFormat.CSV)).decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    columns = ("case_id", "activity", "start_timestamp", "complete_timestamp", "outcome")
    found = [tuple(line[name] for name in columns) for line in lines]
    ways = sorted(simulated.ways_of(workflow_id), key=lambda way: way[0].ticket.task_id)
    assert found == [
        (
            visit.ticket.ticket_number,
            simulated.steps[visit.step_id]["name"],
            instant(visit.entered_at),
            instant(visit.left_at),
            visit.direction,
        )
        for way in ways
        for visit in way
    ]


def instant(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat().replace("+00:00", "Z")


def visit_row(**changed: Any) -> dict[str, Any]:
    return {
        "case_id": "TX1",
        "activity": "Triage",
        "start_timestamp": "2026-02-14T08:00:00Z",
        "complete_timestamp": None,
        "resource": "Agent",
        "outcome": "open",
        "priority": "High",
        "department": "IT",
        "category": "Access",
    } | changed


async def test_any_text_survives_xml() -> None:
    awkward = "R&D <\"quotes\"> 'single'\ttab\nline\u0001 \ufffe emoji 🛠 Ж"
    log = XesLog(awkward, "2026-02-14T09:00:00Z")
    written = log.begin() + log.add([visit_row(activity=awkward)]) + log.end()
    root = fromstring(written.decode())
    namespace = {"xes": "http://www.xes-standard.org/"}
    [activity] = root.findall("xes:trace/xes:event/xes:string[@key='concept:name']", namespace)
    readable = awkward.replace("\u0001", "\ufffd").replace("\ufffe", "\ufffd")
    assert activity.attrib["value"] == readable
    assert {each.attrib["prefix"] for each in root.findall("xes:extension", namespace)} == {
        "concept",
        "lifecycle",
        "org",
        "time",
    }


async def test_a_trace_goes_on_over_batches() -> None:
    log = XesLog("Log", "2026-02-14T09:00:00Z")
    written = log.begin()
    for case in ("TX1", "TX1", "TX2"):
        written += log.add([visit_row(case_id=case)])
    root = fromstring((written + log.end()).decode())
    traces = root.findall("{http://www.xes-standard.org/}trace")
    assert [len(trace.findall("{http://www.xes-standard.org/}event")) for trace in traces] == [2, 1]


async def test_a_workflow_without_tickets_has_an_empty_log() -> None:
    log = XesLog("Log", "2026-02-14T09:00:00Z")
    root = fromstring((log.begin() + log.end()).decode())
    assert root.findall("{http://www.xes-standard.org/}trace") == []


@pytest.mark.parametrize("kind", LogFormat)
async def test_the_log_is_that_of_what_is_published(
    reader: httpx.AsyncClient, published_desk: Any, workflow_ids: list[int], kind: LogFormat
) -> None:
    with psycopg.connect(published_desk.url) as connection:
        query = "select publication_id from serving.current_publication"
        (publication_id,) = connection.execute(query).fetchone() or (0,)
    response = await reader.get(f"/workflows/{workflow_ids[-1]}/event-log/", params={"format": kind.value})
    assert response.headers["x-publication-id"] == str(publication_id)
