"""Rows out of CSV, JSON Lines and XES files, one at a time, gzipped or not."""

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from sluice.history_import.errors import MappingError, RowRejectedError, UnreadableFileError
from sluice.history_import.mapping import FormatOptions

# A row that cannot even be split into columns travels as the reason why.
LogRow = dict[str, str] | RowRejectedError

_GZIP_MAGIC = b"\x1f\x8b"


def read_rows(
    path: Path,
    options: FormatOptions,
    columns: set[str],
    on_bytes: Callable[[int], None] = lambda _count: None,
) -> Iterator[LogRow]:
    """Yield the rows of a file; `on_bytes` hears how many bytes of it each read took."""
    kind = options.type or kind_of(path)
    try:
        with path.open("rb") as raw:
            counted = _CountedStream(raw, on_bytes)
            stream = io.BufferedReader(counted, buffer_size=1 << 16)
            content: IO[bytes] = stream
            if stream.peek(2)[:2] == _GZIP_MAGIC:
                content = cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
            yield from _check_columns(_READERS[kind](content, options), path, columns)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or "it ends too early"
        raise UnreadableFileError(f"{path}: cannot be read to its end ({reason})") from error
    except UnicodeError as error:
        raise UnreadableFileError(
            f"{path}: not {options.encoding} text ({error}); set format.encoding in the mapping"
        ) from error
    except LookupError as error:
        raise MappingError(f"format.encoding: {options.encoding!r} is no encoding known here") from error
    except DefusedXmlException as error:
        raise UnreadableFileError(
            f"{path}: refused, because a log has no need of XML entities or document types ({error})"
        ) from error
    except ParseError as error:
        raise UnreadableFileError(f"{path}: not well-formed XML ({error})") from error


def kind_of(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    for suffix, kind in ((".csv", "csv"), (".jsonl", "jsonl"), (".ndjson", "jsonl"), (".xes", "xes")):
        if name.endswith(suffix):
            return kind
    raise UnreadableFileError(
        f"{path}: its name does not say what it is; rename it to .csv, .jsonl or .xes (.gz too), "
        "or set format.type in the mapping"
    )


class _CountedStream(io.RawIOBase):
    def __init__(self, stream: BinaryIO, on_bytes: Callable[[int], None]) -> None:
        self._stream = stream
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._on_bytes(len(data))
        return len(data)


def _check_columns(rows: Iterator[LogRow], path: Path, columns: set[str]) -> Iterator[LogRow]:
    """Refuse a file in which a mapped column never occurs: a typing error, not missing data."""
    awaited = set(columns)
    seen: set[str] = set()
    for row in rows:
        if awaited and isinstance(row, dict):
            awaited.difference_update(row)
            seen.update(row)
        yield row
    if awaited and seen:
        raise MappingError(
            f"column {min(awaited)!r} of the mapping is not in {path}; "
            f"its columns are {', '.join(sorted(seen)[:60])}"
        )


def _read_csv(content: IO[bytes], options: FormatOptions) -> Iterator[LogRow]:
    csv.field_size_limit(sys.maxsize)
    text = io.TextIOWrapper(content, encoding=options.encoding, newline="")
    records = csv.reader(text, delimiter=options.delimiter)
    header = _distinct([name.strip() for name in next(records, [])])
    width = len(header)
    for record in records:
        if len(record) == width:
            yield dict(zip(header, record, strict=True))
        elif record:
            yield RowRejectedError(
                "row", str(len(record)), f"has {len(record)} cells where the header has {width}"
            )


def _distinct(header: list[str]) -> list[str]:
    """Number the repetitions of a name: the first keeps it, the next becomes `name (2)`."""
    counts: dict[str, int] = {}
    names = []
    for name in header:
        counts[name] = counts.get(name, 0) + 1
        names.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return names


def _read_jsonl(content: IO[bytes], options: FormatOptions) -> Iterator[LogRow]:
    for line in io.TextIOWrapper(content, encoding=options.encoding):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            yield RowRejectedError("row", line[:80].strip(), "is not valid JSON")
            continue
        if isinstance(record, dict):
            yield dict(_flatten(record))
        else:
            yield RowRejectedError("row", line[:80].strip(), "is not a JSON object")


def _flatten(record: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name nested values by their path, as in `fields.priority.name`."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield prefix + key, value
        else:
            yield prefix + key, "" if value is None else json.dumps(value)


def _read_xes(content: IO[bytes], _options: FormatOptions) -> Iterator[LogRow]:
    """Yield the events of a trace, its own attributes under `trace:` beside theirs."""
    parents: list[Any] = []
    events: list[dict[str, str]] = []
    for action, element in iterparse(content, events=("start", "end"), forbid_dtd=True):
        if action == "start":
            parents.append(element)
            continue
        parents.pop()
        tag = element.tag.rpartition("}")[2]
        if tag == "event":
            events.append(_xes_attributes(element))
            element.clear()
        elif tag == "trace":
            shared = {f"trace:{key}": value for key, value in _xes_attributes(element).items()}
            yield from (shared | event for event in events)
            events = []
            # The root keeps a reference to each finished trace until told to let go.
            parents[-1].clear() if parents else None


def _xes_attributes(element: Any) -> dict[str, str]:
    return {
        child.attrib["key"]: child.attrib["value"]
        for child in element
        if "key" in child.attrib and "value" in child.attrib
    }


_READERS: dict[str, Callable[[IO[bytes], FormatOptions], Iterator[LogRow]]] = {
    "csv": _read_csv,
    "jsonl": _read_jsonl,
    "xes": _read_xes,
}
