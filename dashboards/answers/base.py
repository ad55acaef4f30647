from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Doubt(Answer):
    """Tickets that the numbers of an answer leave out, because their rows cannot be right."""

    tickets_set_aside: int = 0


class Published(Answer):
    """The head of every analytics answer: which publication it was read from."""

    publication_id: int
    data_as_of: datetime


class Change(Answer):
    """How far a number moved since the period before, and by how many percent of what it was."""

    absolute: float | None
    percent: float | None


class Compared(Published):
    """An answer that can be asked for beside the period before; `change` is by field."""

    change: dict[str, Change] | None = None


class Page(Answer):
    """Where a list stands."""

    count: int
    next: str | None = None
    page: int = Field(default=1, ge=1)
