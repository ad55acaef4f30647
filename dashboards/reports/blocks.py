"""What a page showed, in the order it showed it, so that it can be set in type later."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

import altair as alt
import pandas as pd

WordsKind = Literal["heading", "title", "text", "note", "notice"]


@dataclass(frozen=True)
class Words:
    """Plain text: nothing in it is markup."""

    text: str
    kind: WordsKind = "text"


@dataclass(frozen=True)
class Figure:
    """A number with how far it moved, and what it means."""

    label: str
    value: str
    change: str | None = None
    meaning: tuple[str, str] | None = None


@dataclass(frozen=True)
class Figures:
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Drawing:
    chart: alt.Chart | alt.LayerChart
    described_as: str


@dataclass(frozen=True)
class Rows:
    """Some rows of a table: the first, or of a series of days the newest.

    Attributes:
        count: How many there are of them on the page.
        config: Columns as Streamlit is told to show them; None hides one.
    """

    table: pd.DataFrame
    described_as: str
    count: int
    config: Mapping[str, Any] = field(default_factory=dict)
    are_last: bool = False


@dataclass
class Part:
    """What is shown anew by itself, in place of what was there before."""

    name: str
    blocks: "list[Block]" = field(default_factory=list)


Block: TypeAlias = Words | Figures | Drawing | Rows | Part


@dataclass(frozen=True)
class Labels:
    """The report's own words in its reader's language, where a place is named in braces."""

    shown_at: str
    page: str
    first_rows: str
    last_rows: str
    no_rows: str
    meanings: str


@dataclass
class Report:
    """One page as its reader saw it.

    Attributes:
        language: Of the reader's browser, as `en`.
        address: Of the page with all that was chosen on it.
        shown_at: When it was last shown.
        chosen: Filters and their values, in words.
        hidden: Parts of the address that would tell what the page does not.
    """

    title: str
    language: str
    labels: Labels
    shown_at: datetime
    address: str = ""
    chosen: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    blocks: list[Block] = field(default_factory=list)

    def every(self) -> Iterator[Words | Figures | Drawing | Rows]:
        """All blocks in order, with those of parts in their places."""
        waiting = list(reversed(self.blocks))
        while waiting:
            block = waiting.pop()
            if isinstance(block, Part):
                waiting.extend(reversed(block.blocks))
            else:
                yield block

    def part(self, name: str) -> Part | None:
        return next((found for found in self.blocks if isinstance(found, Part) and found.name == name), None)
