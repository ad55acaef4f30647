"""What was written onto the time axes: a release, an outage, a change of policy."""

from datetime import date

from dashboards.answers.base import Answer, Page


class Annotation(Answer):
    """Days of UTC, both included; None is the first day alone, or all of what it could concern."""

    annotation_id: int
    kind: str
    title: str
    description: str
    first_day: date
    last_day: date | None
    department: str | None
    category: str | None
    workflow_id: int | None

    @property
    def end(self) -> date:
        return self.last_day or self.first_day


class Annotations(Page):
    results: list[Annotation]
