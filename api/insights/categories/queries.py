from typing import Annotated, Any

from pydantic import BeforeValidator

from api.insights.answers.queries import TicketFilters
from api.tickets.enums import TicketStatus


def known_status(value: Any) -> Any:
    return value.strip().title() if isinstance(value, str) else value


TicketStatusName = Annotated[TicketStatus, BeforeValidator(known_status)]


class CategoryRowsQuery(TicketFilters):
    status: TicketStatusName | None = None
