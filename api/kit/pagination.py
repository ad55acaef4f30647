"""Pages of a list: the same envelope, the same limits, the same refusals everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, BeforeValidator, Field

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


def _read_whole_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 18) or int(value) < 1:  # noqa: PLR2004
        message = f"{value[:40]!r} is not a whole number from 1 upwards"
        raise ValueError(message)
    return int(value)


WholeNumber = Annotated[
    int, Field(ge=1, lt=10**18), BeforeValidator(lambda value: _read_whole_number(str(value)))
]


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
    """Read the page of an endpoint that reads its query string itself."""
    numbers = []
    for field, value, default in (("page", page, 1), ("page_size", page_size, DEFAULT_PAGE_SIZE)):
        try:
            numbers.append(default if value is None else _read_whole_number(value))
        except ValueError as error:
            raise ValidationFailedError.of(field, str(error)) from None
    return PageRequest(numbers[0], min(numbers[1], MAX_PAGE_SIZE), request)


async def _read_page_query(
    request: Request,
    page: Annotated[WholeNumber, Query(description="Number of the page, from 1")] = 1,
    page_size: Annotated[
        WholeNumber, Query(description="Rows of a page; more than 100 are read as 100")
    ] = DEFAULT_PAGE_SIZE,
) -> PageRequest:
    _refuse_odd_parameters(request)
    return PageRequest(page, min(page_size, MAX_PAGE_SIZE), request)


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
