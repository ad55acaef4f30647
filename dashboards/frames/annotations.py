"""Annotations as they are drawn on one axis of days, and as they are told below it."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from dashboards.answers.annotations import Annotation
from dashboards.components import wording
from dashboards.texts import _

HOUR, NO_TIME = "hour", pd.Timedelta(0)
MARKS = ["No.", "Kind", "Days", "Title", "Description", "Concerns", "from", "to", "is_span"]


def marks_table(
    annotations: Sequence[Annotation],
    workflows: Mapping[int, str],
    points: Sequence[pd.Timestamp],
    period: str = "day",
) -> pd.DataFrame:
    """One row per annotation, numbered from the oldest, between the first and the last point of the axis.

    What is of the last period, after its point, is drawn at that point. Only an axis of hours shows when a
    day ends.
    """
    rest = pd.Timedelta(days=1 if period == HOUR else 0)
    first, last = min(points), max(points)
    rows = [
        [
            number,
            _(wording.ANNOTATION_KINDS.get(annotation.kind, annotation.kind)),
            wording.days(annotation.first_day, annotation.end),
            annotation.title,
            annotation.description,
            concerns(annotation, workflows),
            start := _within(annotation.first_day, first, last),
            end := _within(annotation.end, first, last, rest),
            end > start,
        ]
        for number, annotation in enumerate(sorted(annotations, key=_by_day), start=1)
    ]
    return pd.DataFrame(rows, columns=MARKS)


def annotations_table(annotations: Sequence[Annotation], workflows: Mapping[int, str]) -> pd.DataFrame:
    """One row per annotation, in the order given."""
    rows = [
        [
            pd.Timestamp(annotation.first_day),
            pd.Timestamp(annotation.end),
            _(wording.ANNOTATION_KINDS.get(annotation.kind, annotation.kind)),
            annotation.title,
            annotation.description,
            concerns(annotation, workflows),
        ]
        for annotation in annotations
    ]
    return pd.DataFrame(rows, columns=["First day", "Last day", "Kind", "Title", "Description", "Concerns"])


def concerns(annotation: Annotation, workflows: Mapping[int, str]) -> str:
    """The part of the desk that it is about; a workflow without tickets has no name here."""
    number = annotation.workflow_id
    workflow = number and workflows.get(number, f"#{number}")
    parts = (annotation.department, annotation.category, workflow)
    return ", ".join(part for part in parts if part) or _("All of the desk")


def _by_day(annotation: Annotation) -> tuple[date, int]:
    return annotation.first_day, annotation.annotation_id


def _within(day: date, first: pd.Timestamp, last: pd.Timestamp, rest: pd.Timedelta = NO_TIME) -> pd.Timestamp:
    return min(max(pd.Timestamp(day) + rest, first), last)
