"""Rows named by their keys."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, BindParameter, ColumnElement, DateTime, any_, bindparam, literal
from sqlalchemy.orm import InstrumentedAttribute

# Parameters of statements that are built once: to build one of these costs more than to run it.
KEYS: BindParameter[Sequence[int]] = bindparam("keys", type_=ARRAY(BigInteger))
NOW: BindParameter[datetime] = bindparam("now", type_=DateTime(timezone=True))


def among(key: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Match any of some keys; one parameter for all, so that each page size is not a statement of its own."""
    return key == any_(literal(list(ids), ARRAY(BigInteger)))
