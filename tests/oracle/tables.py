"""Answers and lists in all their forms, reduced to what can be compared."""

import random
from collections.abc import Iterator
from typing import Any

import httpx
import pandas as pd

from tests.api.insights.calls import get
from tests.api.insights.formats.reading import (
    FIELDS,
    OF_THE_MOMENT,
    as_cells,
    as_types,
    read_csv,
    read_parquet,
)
from tests.oracle.desk import ImportedDesk
from tests.oracle.lists import Listing
from tests.oracle.questions import Filters, Question

PAGE_SIZES = (1, 13, 100)
# So many pages of a size are read all; of more the first, the last and one between.
READ_ALL = 8
Row = dict[str, Any]


async def download(client: httpx.AsyncClient, path: str, kind: str, query: Filters) -> httpx.Response:
    response = await client.get(path, params=query | {"format": kind})
    assert response.status_code == 200, response.text
    return response


async def ask_as_tables(
    client: httpx.AsyncClient, question: Question, filters: Filters
) -> tuple[list[Row], list[Row]]:
    """The rows of CSV and of Parquet, and what they must be by those of JSON."""
    path, query = question.address(filters)
    answer = await get(client, path, **query)
    field = FIELDS[question.path]
    rows = [answer] if field is None else answer[field]
    whole = {name: value for name, value in query.items() if name != "page_size"}
    cells = _lasting(read_csv(await download(client, path, "csv", whole)))
    typed = _lasting(read_parquet(await download(client, path, "parquet", whole)))
    if query != whole:
        # Of a list that has pages, only the first was read as JSON; the tables hold them all.
        assert len(cells) == len(typed) == answer["count"]
        cells, typed = cells[: len(rows)], typed[: len(rows)]
    wanted = [as_cells(row, cells[0]) for row in rows]
    return cells + typed, wanted + [as_types(row, like) for row, like in zip(rows, typed, strict=True)]


def _lasting(rows: list[Any]) -> list[Row]:
    return [{name: value for name, value in row.items() if name not in OF_THE_MOMENT} for row in rows]


async def ask_list(
    client: httpx.AsyncClient, desk: ImportedDesk, listing: Listing, filters: Filters
) -> tuple[Row, Row]:
    """A list as tables and in pages of several sizes, and what the imported rows say of it."""
    expected = listing.select(desk, filters)
    path, query = listing.address(filters)
    cells = read_csv(await download(client, path, "csv", query))
    typed = read_parquet(await download(client, path, "parquet", query))
    keys = expected[listing.key].tolist()
    columns = [name for name in expected.columns if typed and name in typed[0] and name not in listing.named]
    answered: Row = {"csv": [int(row[listing.key]) for row in cells]}
    wanted: Row = {"csv": keys, "parquet": keys}
    answered["parquet"] = [row[listing.key] for row in typed]
    for size, number in pages_of(len(keys)):
        page = await get(client, path, page_size=size, page=number, **query)
        shown, rows = slice((number - 1) * size, number * size), page["results"]
        answered[size, number] = (
            page["count"],
            [as_cells(row, like) for row, like in zip(rows, cells[shown], strict=True)],
            [as_types(row, like) for row, like in zip(rows, typed[shown], strict=True)],
            known(rows, columns),
        )
        wanted[size, number] = (len(keys), cells[shown], typed[shown], told(expected[columns][shown]))
    return answered, wanted


async def ask_event_log(
    client: httpx.AsyncClient, desk: ImportedDesk, workflow_id: int
) -> tuple[list[Row], list[Row]]:
    """Every visit of a workflow's steps as the event log tells it, and as it was walked."""
    told_in = {
        "case_id": "ticket_number",
        "activity": "step_name",
        "start_timestamp": "entered_at",
        "complete_timestamp": "left_at",
        "resource": "role",
        "outcome": "direction",
        **{name: name for name in ("priority", "department", "category")},
    }
    log = await download(client, f"/workflows/{workflow_id}/event-log/", "csv", {})
    visits = desk.visits[desk.visits["workflow_id"] == workflow_id]
    visits = visits.merge(desk.tickets[["task_id", "ticket_number"]], on="task_id")
    expected = visits[list(told_in.values())].set_axis(list(told_in), axis=1)
    lines = [{name: _comparable(line[name]) or None for name in told_in} for line in read_csv(log)]
    return lines, told(expected)


def pages_of(count: int) -> Iterator[tuple[int, int]]:
    """Size and number of the pages to read of a list so long."""
    generator = random.Random(count)  # noqa: S311 - a reproducible choice
    for size in PAGE_SIZES:
        last = max(1, -(-count // size))
        some = {1, generator.randint(1, last), last}
        yield from ((size, number) for number in (range(1, last + 1) if last <= READ_ALL else sorted(some)))


def known(rows: list[Row], columns: list[str]) -> list[Row]:
    """What rows tell of the columns that the imported rows have too."""
    return [{name: _comparable(row[name]) for name in columns} for row in rows]


def told(expected: pd.DataFrame) -> list[Row]:
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in expected.to_dict("records")
    ]


def _comparable(value: Any) -> Any:
    is_instant = isinstance(value, str) and value.endswith("Z") and value[4:5] == "-"
    return pd.Timestamp(value) if is_instant else value
