"""Pages of a list: the same envelope, the same limits, the same refusals everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
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


def _query_parameters(dependant: Dependant) -> set[str]:
    names = {field.alias for field in dependant.query_params}
    return names.union(*map(_query_parameters, dependant.dependencies))


def _refuse_odd_parameters(request: Request) -> None:
    """A misspelt filter must not be answered with everything, nor two values with one of them."""
    permitted = _query_parameters(request.scope["route"].dependant)
    given = request.query_params
    for name in given:
        if name not in permitted:
            names = ", ".join(sorted(permitted))
            message = f"{name[:40]!r} is not a parameter of this endpoint: use {names}"
            raise ValidationFailedError.of(name[:40], message)
        if len(given.getlist(name)) > 1:
            raise ValidationFailedError.of(name, f"{name} is given more than once: give it once")


def read_page_request(request: Request, page: str | None, page_size: str | None) -> PageRequest:
    return PageRequest(
        number=_whole_number("page", page, 1),
        size=min(_whole_number("page_size", page_size, DEFAULT_PAGE_SIZE), MAX_PAGE_SIZE),
        address=request,
    )


async def _read_page_query(
    request: Request,
    page: Annotated[str | None, Query(description="From 1; default 1")] = None,
    page_size: Annotated[str | None, Query(description="From 1 to 100; default 10")] = None,
) -> PageRequest:
    _refuse_odd_parameters(request)
    return read_page_request(request, page, page_size)


PageQuery = Annotated[PageRequest, Depends(_read_page_query)]


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
