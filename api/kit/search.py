"""Search by words: how texts are cut into them, and what people type as a query that PostgreSQL takes."""

from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import Function

# PostgreSQL keeps `Printer/Scanner` and `jo@x.org` as one word each and passes over `<timeout>`;
# without what joins them every word is found by itself.
_JOINTS = "/@.-_<>&+"
_GAPS = " " * len(_JOINTS)
_PARTED = str.maketrans(_JOINTS, _GAPS)
_LONGEST_WORD = 100


def words_sql(text: str) -> str:
    """Write the words of an SQL expression as SQL, for a generated column."""
    return f"to_tsvector('simple', translate({text}, '{_JOINTS}', '{_GAPS}'))"


def words_of(column: InstrumentedAttribute[str]) -> Function[Any]:
    return func.to_tsvector("simple", func.translate(column, _JOINTS, _GAPS))


def prefix_query(search: str) -> str:
    """Ask for every word of a search as the beginning of a word."""
    parts = search.translate(_PARTED).split()
    words = [word[:_LONGEST_WORD].replace("\\", "\\\\").replace("'", "''") for word in parts]
    return " & ".join(f"'{word}':*" for word in words)
