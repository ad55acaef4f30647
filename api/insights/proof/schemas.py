import datetime as dt

from pydantic import BaseModel, Field

from api.insights.catalogue.enums import Unit
from api.insights.catalogue.schemas import Lineage

Number = int | float | None


class ModelChecks(BaseModel):
    """What the checks of one built table found before it was published."""

    table: str
    passed: int
    failed: int


class FieldProof(BaseModel):
    field: str = Field(
        description="As in the answer, the group named: `status_summary[status=completed].count`"
    )
    metric_id: str
    unit: Unit
    value: Number = Field(description="What the answer says")
    drilldown: str | None = Field(
        description="The list it opens to: what it counts, or what a rate or a time is of; null if none is"
    )
    drilldown_count: int | None
    rows: str = Field(description="Published table whose rows were added up")
    rows_sql: str
    readded: Number = Field(description="What they come to")
    error_percent: float = Field(description="Largest relative difference that is no disagreement")
    agrees: bool
    model: str = Field(description="dbt model that decides the metric")
    lineage: Lineage = Field(description="Columns it comes from, back to the operational tables")
    checks: list[ModelChecks]
    tests: tuple[str, ...]


class ProvenPublication(BaseModel):
    publication_id: int
    published_at: dt.datetime
    data_as_of: dt.datetime
    run_id: str
    code_version: str
    checks_passed: int
    checks_failed: list[dict[str, str]]


class Proof(BaseModel):
    """Numbers of one answer, each beside its list and its rows, all read in one transaction."""

    generated_at: dt.datetime
    data_as_of: dt.datetime
    publication_id: int
    path: str
    agrees: bool
    publication: ProvenPublication
    proofs: list[FieldProof]
