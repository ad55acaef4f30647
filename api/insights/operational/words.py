"""How alerts are worded, and where their rows are."""

from collections.abc import Mapping
from urllib.parse import urlencode

Filters = Mapping[str, str]


def link(path: str, filters: Filters, **more: object) -> str:
    """Address of the rows behind a figure."""
    query = urlencode({**filters, **more})
    return f"/analytics/{path}/?{query}" if query else f"/analytics/{path}/"


def number(value: float) -> str:
    """A number of at most two decimals: `1,234.5`, `12`."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
