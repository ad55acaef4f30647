from dashboards.answers.base import Answer, Published


class FieldProof(Answer):
    """A number held against the list it opens to and the rows it stands for."""

    field: str
    metric_id: str
    value: float | None
    drilldown: str | None
    drilldown_count: int | None
    rows: str
    rows_sql: str
    readded: float | None
    agrees: bool
    model: str


class Proof(Published):
    path: str
    agrees: bool
    proofs: list[FieldProof]


class Rows(Published):
    """One page of a list; what its rows hold depends on the list."""

    count: int
    results: list[dict[str, object]]
