"""Pages of a list: the same envelope, the same limits, the same refusals everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from api.kit.errors import PageOutOfRangeError, ValidationFailedError

DEFAULT_PAGE_SIZE = 10
MAX_PAGE_SIZE = 100
Row = TypeVar("Row")


class Page(BaseModel, Generic[Row]):
    count: int
    next: str | None
    previous: str | None
    results: list[Row]


@dataclass(frozen=True, slots=True)
class PageRequest:
    number: int
    size: int
    address: Request

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def check(self, count: int) -> None:
        """Refuse a page past the end, before an offset of any length reaches the database."""
        if self.number > 1 and self.offset >= count:
            pages = max(1, -(-count // self.size))
            message = f"Page {self.number} is past the end: the last page is {pages}"
            raise PageOutOfRangeError(message)

    def envelope(self, count: int, results: Sequence[Row]) -> Page[Row]:
        has_next = self.offset + self.size < count
        return Page(
            count=count,
            next=self._link(self.number + 1) if has_next else None,
            previous=self._link(self.number - 1) if self.number > 1 else None,
            results=list(results),
        )

    def _link(self, number: int) -> str:
        return str(self.address.url.include_query_params(page=number))


def _whole_number(field: str, value: str | None, default: int) -> int:
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 18) or int(value) < 1:  # noqa: PLR2004
        message = f"{value[:40]!r} is not a whole number from 1 upwards"
        raise ValidationFailedError.of(field, message)
    return int(value)


def read_page_request(
    request: Request,
    page: Annotated[str | None, Query(description="From 1; default 1")] = None,
    page_size: Annotated[str | None, Query(description="From 1 to 100; default 10")] = None,
) -> PageRequest:
    return PageRequest(
        number=_whole_number("page", page, 1),
        size=min(_whole_number("page_size", page_size, DEFAULT_PAGE_SIZE), MAX_PAGE_SIZE),
        address=request,
    )


PageQuery = Annotated[PageRequest, Depends(read_page_request)]


@dataclass(frozen=True, slots=True)
class Ordering:
    """One field of a whitelist; the primary key always breaks ties in the same direction."""

    field: str
    descending: bool


def read_ordering(value: str | None, *, allowed: Sequence[str], default: str) -> Ordering:
    wanted = value or default
    field = wanted.removeprefix("-")
    if field not in allowed:
        message = f"{wanted[:40]!r} is not a field to order by: use one of {', '.join(allowed)}, or -field"
        raise ValidationFailedError.of("ordering", message)
    return Ordering(field, descending=wanted.startswith("-"))
