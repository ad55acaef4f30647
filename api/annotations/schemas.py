from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.annotations.enums import AnnotationKind
from api.kit.dates import Day
from api.kit.schemas import AnyCase, BodyId, RequestModel, RequiredText, Text

Kind = Annotated[AnnotationKind, AnyCase]
Title = Annotated[RequiredText, Field(max_length=120, examples=["Release 4.2 of the VPN client"])]
Words = Annotated[Text, Field(max_length=2000)]
FirstDay = Annotated[Day, Field(description="A day of UTC, YYYY-MM-DD")]
LastDay = Annotated[Day | None, Field(description="Included; null is the first day alone")]
Concerned = Annotated[
    Annotated[RequiredText, Field(max_length=64)] | None,
    Field(description="What it concerns; null is all of them"),
]
ConcernedWorkflow = Annotated[BodyId | None, Field(description="What it concerns; null is all of them")]


class AnnotationCreate(RequestModel):
    kind: Kind
    title: Title
    description: Words = ""
    first_day: FirstDay
    last_day: LastDay = None
    department: Concerned = None
    category: Concerned = None
    workflow_id: ConcernedWorkflow = None


class AnnotationUpdate(RequestModel):
    """What is left out stays as it is; null takes away the last day, or what it concerns, and no more."""

    kind: Kind | None = None
    title: Title | None = None
    description: Words | None = None
    first_day: FirstDay | None = None
    last_day: LastDay = None
    department: Concerned = None
    category: Concerned = None
    workflow_id: ConcernedWorkflow = None


class AnnotationRead(BaseModel):
    annotation_id: int
    kind: AnnotationKind
    title: str
    description: str
    first_day: date
    last_day: date | None
    department: str | None
    category: str | None
    workflow_id: int | None
    created_by: int | None
    updated_by: int | None = Field(description="Who changed it last; null while nobody has")
    created_at: datetime
    updated_at: datetime
