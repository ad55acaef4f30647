"""What a tracer knows of a value: the columns it is made of and, where it is JSON, those of each field."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from types import MappingProxyType

# Stands for the keys of a document that follow from its data.
ANY_KEY = "{}"
# Stands for the rows of a table, where a column of it would be named.
ROWS = "*"
NOTHING: Mapping[str, "Value"] = MappingProxyType({})


@dataclass(frozen=True)
class Value:
    """A scalar, a row or a document.

    Attributes:
        columns: `schema.table.column` of what it is made of; `schema.table.*` are the rows of a table.
        fields: Of a row or a JSON object, the value of each.
        is_list: Whether it is many of them.
        is_asked: Whether it comes with the question, in whole or in part.
    """

    columns: frozenset[str] = frozenset()
    fields: Mapping[str, "Value"] = field(default_factory=lambda: NOTHING)
    is_list: bool = False
    is_asked: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is made of anything."""
        return bool(self.columns or self.fields)

    def merge(self, other: "Value") -> "Value":
        """What is made of both."""
        names = [*self.fields, *(name for name in other.fields if name not in self.fields)]
        return Value(
            self.columns | other.columns,
            {name: self.fields.get(name, EMPTY).merge(other.fields.get(name, EMPTY)) for name in names},
            self.is_list or other.is_list,
            self.is_asked or other.is_asked,
        )

    def listed(self) -> "Value":
        return Value(self.columns, self.fields, is_list=True, is_asked=self.is_asked)

    def leaves(self) -> Iterator[tuple[str, "Value"]]:
        """Each field that has no fields itself, with its path: `status_summary[].count`."""
        for name, value in self.fields.items():
            path = f"{name}[]" if value.is_list and value.fields else name
            if not value.fields:
                yield path, value
            for below, leaf in value.leaves():
                yield f"{path}.{below}", leaf


EMPTY = Value()


def merged(values: Iterable[Value]) -> Value:
    return reduce(Value.merge, values, EMPTY)


@dataclass(frozen=True)
class Relation:
    """A table, or the outcome of a query: the value of each column, and what its rows follow from.

    Of one whose columns are not known, `any_column` tells the value of whatever is asked of it.
    """

    columns: Mapping[str, Value]
    rows: frozenset[str] = frozenset()
    any_column: Callable[[str], Value] | None = None

    def find(self, column: str) -> Value | None:
        found = self.columns.get(column)
        return self.any_column(column) if found is None and self.any_column else found

    def renamed(self, names: list[str]) -> "Relation":
        """With other names for the first columns."""
        if not names:
            return self
        own = list(self.columns.items())
        kept = {name: value for name, (_, value) in zip(names, own, strict=False)}
        rest = dict(own[len(names) :])
        missing = dict.fromkeys(names[len(own) :], EMPTY)
        return Relation(kept | missing | rest, self.rows, self.any_column)

    @property
    def row(self) -> Value:
        return Value(fields=self.columns)


def union(one: Relation, other: Relation) -> Relation:
    """The rows of both, column by column under the names of the first."""
    values = list(other.columns.values())
    columns = {
        name: value.merge(values[place]) if place < len(values) else value
        for place, (name, value) in enumerate(one.columns.items())
    }
    return Relation(columns, one.rows | other.rows)


def published(name: str) -> str:
    """A table by the name it is read under: the publication copies what is built to `serving`."""
    return f"serving.{name.removeprefix('build.')}" if name.startswith("build.") else name
