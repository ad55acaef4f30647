"""What readers read: English as it stands in the code, other languages as gettext catalogues in `locale/`.

Numbers, dates and instants are written as the reader's locale writes them (`components/wording.py`).
"""

import gettext
from functools import lru_cache
from pathlib import Path

import streamlit as st
from babel import Locale, UnknownLocaleError

_FOLDER = Path(__file__).parent / "locale"
_DOMAIN = "dashboards"
# Of browsers that tell none: the day before the month, as all of the texts have it.
_USUAL = "en-GB"


def _(text: str) -> str:
    """The text in the reader's language, or in English where there is no translation."""
    return gettext.translation(_DOMAIN, _FOLDER, [str(reader_locale())], fallback=True).gettext(text)


def reader_locale() -> Locale:
    """Language and region as the browser tells them."""
    return _locale(st.context.locale or _USUAL)


@lru_cache(maxsize=128)
def _locale(tag: str) -> Locale:
    """The locale of a browser's tag, or of its language alone, or the usual one."""
    for known in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(known, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_USUAL, sep="-")
