"""What every number means. The definitions come with the code: no publication is needed to read them."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.auth import AnyStaff
from api.insights.catalogue.registry import load_metrics, load_topics
from api.insights.catalogue.schemas import MetricRead
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
