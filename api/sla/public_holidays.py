"""The public holidays of a country or a part of it, from the `holidays` library."""

import warnings
from collections.abc import Iterable
from datetime import date
from functools import cache

import holidays


@cache
def known_countries() -> dict[str, list[str]]:
    """Map the ISO 3166 code of each country known to the codes of its subdivisions."""
    return dict(holidays.list_supported_countries(include_aliases=False))


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> frozenset[date]:
    """List the holidays of some years; those the library knows nothing of stay without."""
    with warnings.catch_warnings():
        # It warns of years outside its tables, which here are asked for on the chance.
        warnings.simplefilter("ignore")
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=list(years)))
