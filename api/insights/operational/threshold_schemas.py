import datetime as dt
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from api.kit.schemas import RequestModel


class ThresholdRead(BaseModel):
    name: str
    value: float
    default: float
    minimum: float
    maximum: float
    unit: str
    description: str
    updated_at: dt.datetime | None
    updated_by: int | None


class ThresholdList(BaseModel):
    thresholds: list[ThresholdRead]


class ThresholdWrite(RequestModel):
    value: Annotated[Decimal, Field(strict=False, max_digits=12, decimal_places=4, allow_inf_nan=False)]
