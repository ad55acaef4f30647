import datetime as dt

from pydantic import BaseModel

from api.insights.answers.schemas import Published, Rows
from api.insights.quality.enums import Reason, SourceTable


class Quarantine(BaseModel):
    """Rows that cannot be right and are counted nowhere, and the tickets that they belong to."""

    rows: int
    tickets: int
    share: float | None


class ReasonFigures(BaseModel):
    """Shares are percent of the rows of the table; seen is when a row was recorded."""

    reason: Reason
    source_table: SourceTable
    meaning: str
    rows: int
    tickets: int
    share: float | None
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime
    drilldown: str


class Feed(BaseModel):
    """How much there is of an operational table, and how fresh it is at the instant of the data.

    Late is an event recorded over a day after it occurred, of those recorded in the last 28 days by anything
    but an import; null where the first recording is not kept.
    """

    source_table: SourceTable
    rows: int
    quarantined_rows: int
    last_seen_at: dt.datetime | None
    last_occurred_at: dt.datetime | None
    age_seconds: int | None
    recent_events: int | None
    late_events: int | None
    late_share: float | None


class UnmetCheck(BaseModel):
    asset: str
    check: str
    severity: str


class CheckedAsset(BaseModel):
    asset: str
    passed: int
    failed: int


class Checks(BaseModel):
    """What the run that published found; whatever stops a publication has passed."""

    passed: int
    warned: int
    unmet: list[UnmetCheck]
    assets: list[CheckedAsset]


class DataQuality(Published):
    quarantine: Quarantine
    reasons: list[ReasonFigures]
    feeds: list[Feed]
    checks: Checks
    warnings: list[str]


class QuarantinedRow(BaseModel):
    source_table: SourceTable
    row_id: int
    reason: Reason
    detail: str
    ticket_id: int | None
    ticket_number: str | None
    task_id: int | None
    workflow_id: int | None
    department: str | None
    category: str | None
    sub_category: str | None
    priority: str | None
    seen_at: dt.datetime


QuarantinedRows = Rows[QuarantinedRow]
