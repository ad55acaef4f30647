"""What the numbers stand on: checks, rows set aside, the state of the parts, lineage."""

from datetime import datetime

from dashboards.answers.base import Answer, Page, Published


class Quarantine(Answer):
    rows: int
    tickets: int
    share: float | None


class Reason(Answer):
    """Rows of one table that break one rule; `drilldown` is their list."""

    reason: str
    source_table: str
    meaning: str
    rows: int
    tickets: int
    share: float | None
    first_seen_at: datetime
    last_seen_at: datetime
    drilldown: str


class Feed(Answer):
    source_table: str
    rows: int
    quarantined_rows: int
    last_seen_at: datetime | None
    recent_events: int | None
    late_events: int | None
    late_share: float | None


class UnmetCheck(Answer):
    asset: str
    check: str
    severity: str


class Checks(Answer):
    passed: int
    warned: int
    unmet: list[UnmetCheck]


class DataQuality(Published):
    quarantine: Quarantine
    reasons: list[Reason]
    feeds: list[Feed]
    checks: Checks
    warnings: list[str]


class ServiceHealth(Answer):
    """The parts that the numbers come by, each with its status and what else is known of it."""

    health_status: str
    reasons: list[str]
    components: dict[str, dict[str, object]]


class FieldLineage(Answer):
    """Columns and tables on the way of a number, from the published ones back to the operational."""

    answer: str
    field: str
    origin: str
    columns: list[str]
    models: list[str]
    operational: list[str]


class Lineages(Page):
    results: list[FieldLineage]
