"""Column vocabulary shared by every table: naming convention, types and check constraints."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import UserDefinedType

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class TransactionId(UserDefinedType[str]):
    """PostgreSQL `xid8`: a transaction's id, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class Model(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain dict here
        int: BigInteger(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


IdentityKey = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
# A key mastered elsewhere: given by the other system, made up here only when it is silent.
ExternalKey = Annotated[int, mapped_column(BigInteger, Identity(start=1_000_000), primary_key=True)]
CreatedAt = Annotated[datetime, mapped_column(server_default=func.now())]
UpdatedAt = Annotated[datetime, mapped_column(server_default=func.now(), onupdate=func.now())]
TransactionStamp = Annotated[
    str, mapped_column(TransactionId(), server_default=func.pg_current_xact_id(), index=True)
]


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Hold a text column to an enum's wire values."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({allowed})", name=f"{column}_known")
