from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from api.insights.answers.queries import TicketFilters, lower
from api.insights.quality.enums import Reason, SourceTable


class DataQualityQuery(BaseModel):
    """An answer that is not narrowed."""


class QuarantineQuery(TicketFilters):
    """Rows set aside; dates are days whose figures their tickets bear on."""

    reason: Annotated[Reason | None, BeforeValidator(lower)] = None
    source_table: Annotated[SourceTable | None, BeforeValidator(lower)] = None
