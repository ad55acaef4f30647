"""What every number means. The definitions come with the code: no publication is needed to read them."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.auth import AnyStaff
from api.insights.catalogue import lineage
from api.insights.catalogue.registry import full_path, load_metrics, load_topics
from api.insights.catalogue.schemas import FieldLineage, MetricRead
from api.kit.errors import NotFoundError, ValidationFailedError, responses
from api.kit.pagination import Page, PageQuery

router = APIRouter()


@router.get("/metrics/", responses=responses(NotFoundError))
async def list_metrics(
    _: AnyStaff,
    page: PageQuery,
    topic: Annotated[str | None, Query(description="File of the catalogue, such as tickets")] = None,
    answer: Annotated[str | None, Query(description="Path of an answer that carries the metrics")] = None,
) -> Page[MetricRead]:
    """List the metrics: formula, grain, unit, filters, owner, tests, and what carries them."""
    if topic is not None and topic not in load_topics():
        known = ", ".join(load_topics())
        raise ValidationFailedError.of(
            "topic", f"{topic[:40]!r} is not a topic of metrics: use one of {known}"
        )
    found = [
        metric
        for metric in load_metrics().values()
        if topic in {None, metric.topic}
        and (answer is None or answer in {carrier.answer for carrier in metric.carried})
    ]
    page.check(len(found))
    shown = found[page.offset : page.offset + page.size]
    return page.envelope(len(found), [MetricRead.of(metric) for metric in shown])


@router.get("/metrics/{metric_id}/", responses=responses(NotFoundError))
async def get_metric(metric_id: str, _: AnyStaff) -> MetricRead:
    """Show one metric."""
    metric = load_metrics().get(metric_id)
    if metric is None:
        raise NotFoundError("Metric not found")
    return MetricRead.of(metric)


@router.get("/lineage/", responses=responses(NotFoundError))
async def list_lineage(
    _: AnyStaff,
    page: PageQuery,
    answer: Annotated[str | None, Query(description="Path of an answer, its parameters in braces")] = None,
    field: Annotated[
        str | None, Query(description="One of its fields, such as status_summary[].count")
    ] = None,
    column: Annotated[
        str | None, Query(description="Only what comes from this column, such as ops.task.status")
    ] = None,
) -> Page[FieldLineage]:
    """List the fields of the answers with the columns they come from, back to the operational tables."""
    path = None if answer is None else full_path(answer)
    _refuse_unknown(path, field, column)
    found = lineage.find_fields(path, field, column)
    page.check(len(found))
    shown = found[page.offset : page.offset + page.size]
    return page.envelope(len(found), [lineage.tell_field(*each) for each in shown])


def _refuse_unknown(path: str | None, field: str | None, column: str | None) -> None:
    if path is not None and path not in lineage.answers():
        known = ", ".join(lineage.answers())
        raise ValidationFailedError.of("answer", f"{path[:80]!r} is no answer of figures: use one of {known}")
    fields = {name for known in ([path] if path else lineage.answers()) for name in lineage.fields_of(known)}
    if field is not None and field not in fields:
        hint = f"use one of {', '.join(sorted(fields))}" if path else "name its answer to see what there is"
        raise ValidationFailedError.of("field", f"{field[:80]!r} is no field of an answer: {hint}")
    if column is not None and not lineage.is_traced(column):
        raise ValidationFailedError.of(
            "column",
            f"No answer comes from {column[:80]!r}: write schema.table.column, such as ops.task.status",
        )
