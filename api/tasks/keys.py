"""Rows named by their keys."""

from collections.abc import Collection

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, literal
from sqlalchemy.orm import InstrumentedAttribute


def among(key: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """Match any of some keys; one parameter for all, so that each page size is not a statement of its own."""
    return key == any_(literal(list(ids), ARRAY(BigInteger)))
