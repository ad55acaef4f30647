"""What readers read: English as it stands in the code, other languages as gettext catalogues in `locale/`.

Numbers, dates and instants are written as the reader's language writes them.
"""

import gettext
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent / "locale"
_DOMAIN = "dashboards"


def _(text: str) -> str:
    """The text in the reader's language, or in English where there is no translation."""
    return gettext.translation(_DOMAIN, _FOLDER, [reader_locale()], fallback=True).gettext(text)


def reader_locale() -> str:
    """Language and region as the browser tells them, as `en_GB`."""
    return (st.context.locale or "en_US").replace("-", "_")
