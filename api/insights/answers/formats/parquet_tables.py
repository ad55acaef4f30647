"""Rows as Parquet, with the types of the model that documents them. The library is loaded when asked for."""

import datetime as dt
import io
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from api.insights.answers.formats.grains import Grain, given_type, is_scalar

if TYPE_CHECKING:
    import pyarrow as pa

PARSERS: dict[Any, Callable[[Any], Any]] = {
    dt.datetime: dt.datetime.fromisoformat,
    dt.date: dt.date.fromisoformat,
    float: float,
}


class ParquetTable:
    """Each batch of rows is a row group; what is written so far is handed on and forgotten."""

    def __init__(self, grain: Grain) -> None:
        import pyarrow as pa  # noqa: PLC0415 - costs a process that never needs it 50 MB
        from pyarrow import parquet  # noqa: PLC0415

        types = {name: grain.row.model_fields[name].annotation for name in grain.columns}
        self.types = types
        self.arrow = pa
        self.schema = pa.schema([pa.field(name, arrow_type(kind)) for name, kind in types.items()])
        self.sink = Drain()
        self.writer = parquet.ParquetWriter(self.sink, self.schema, compression="zstd")

    def begin(self) -> bytes:
        return self.sink.drain()

    def add(self, rows: Sequence[dict[str, Any]]) -> bytes:
        values = [{name: plain(row.get(name), kind) for name, kind in self.types.items()} for row in rows]
        self.writer.write_table(self.arrow.Table.from_pylist(values, schema=self.schema))
        return self.sink.drain()

    def end(self) -> bytes:
        self.writer.close()
        return self.sink.drain()


class Drain(io.RawIOBase):
    """A file that keeps only what nobody has taken yet."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        self.position += len(self.parts[-1])
        return len(self.parts[-1])

    def tell(self) -> int:
        return self.position

    def drain(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def arrow_type(annotation: Any) -> "pa.DataType":
    """The Arrow type of a model's field; what has no fixed shape is JSON text."""
    import pyarrow as pa  # noqa: PLC0415

    given = given_type(annotation)
    if get_origin(given) is list:
        return pa.list_(arrow_type(get_args(given)[0]))
    if not isinstance(given, type):
        return pa.string()
    if issubclass(given, BaseModel):
        fields = given.model_fields.items()
        return pa.struct([pa.field(name, arrow_type(field.annotation)) for name, field in fields])
    simple = {
        bool: pa.bool_(),
        int: pa.int64(),
        float: pa.float64(),
        dt.datetime: pa.timestamp("us", tz="UTC"),
        dt.date: pa.date32(),
    }
    return simple.get(given, pa.string())


def plain(value: Any, annotation: Any) -> Any:
    """A value of JSON as Arrow takes it."""
    given = given_type(annotation)
    if value is None:
        return None
    if get_origin(given) is list:
        return [plain(item, get_args(given)[0]) for item in value]
    if isinstance(given, type) and issubclass(given, BaseModel):
        return {name: plain(value.get(name), field.annotation) for name, field in given.model_fields.items()}
    if given in PARSERS:
        return PARSERS[given](value)
    return value if is_scalar(given) else json.dumps(value, ensure_ascii=False)
