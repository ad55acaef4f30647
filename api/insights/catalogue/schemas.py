from pydantic import BaseModel, Field

from api.insights.catalogue.enums import Origin, Unit
from api.insights.catalogue.registry import Metric, Parameter


class CarrierRead(BaseModel):
    answer: str = Field(description="Path of the answer that carries the metric")
    field: str = Field(description="Its field; `[]` stands for each row of a list")
    drilldown: str | None = Field(description="List of the rows behind it, asked with the same filters")
    drilldown_query: dict[str, Parameter] = Field(description="What the list is asked for besides")


class MetricRead(BaseModel):
    """What a number means and where it comes from."""

    id: str
    name: str
    topic: str
    formula: str
    unit: Unit
    grain: str
    source: str = Field(description="Published table the number is read from")
    source_sql: str | None = Field(description="Expression over its columns")
    rows: str | None = Field(description="Published table of the rows it adds up to")
    rows_sql: str | None = Field(description="Aggregate over these rows that gives the same number")
    error_percent: float = Field(description="Largest relative error; 0 for an exact number")
    filters: tuple[str, ...]
    owner: str
    model: str = Field(description="dbt model that decides it")
    tests: tuple[str, ...] = Field(description="dbt and pytest tests that guard it")
    is_provable: bool = Field(description="Whether /analytics/proof/ adds it up anew from the rows")
    carried_by: list[CarrierRead]

    @classmethod
    def of(cls, metric: Metric) -> "MetricRead":
        shared = cls.model_fields.keys() & Metric.model_fields.keys() - {"rows"}
        carriers = [
            CarrierRead(
                answer=carrier.answer,
                field=carrier.field,
                drilldown=carrier.opens,
                drilldown_query=carrier.query,
            )
            for carrier in metric.carried
        ]
        return cls(
            **metric.model_dump(include=set(shared)),
            rows=metric.rows.table if metric.rows else None,
            source_sql=metric.sql,
            is_provable=metric.is_provable,
            carried_by=carriers,
        )


class Lineage(BaseModel):
    """Where a number comes from; `schema.table.*` are the rows of a table, which are counted."""

    origin: Origin = Field(
        description="`columns`, or what else: the question, the program's own words, or what cannot be told"
    )
    columns: list[str] = Field(description="Published columns that it is made of")
    models: list[str] = Field(description="Tables and models on the way, from the published ones back")
    operational: list[str] = Field(description="Operational columns that these come from")


class FieldLineage(Lineage):
    answer: str = Field(description="Path of the answer")
    field: str = Field(description="Its field; `[]` stands for each row of a list")
    metrics: list[str] = Field(description="Ids of the metrics that the field carries")
