"""What the numbers stand on, as tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd

from dashboards.answers.catalogue import Metric
from dashboards.answers.data import DataQuality
from dashboards.answers.tickets import Dashboard
from dashboards.components import wording
from dashboards.components.opening import href_of
from dashboards.loaders import Told
from dashboards.texts import _

SECONDS = "_seconds"


def reasons_table(told: Told[DataQuality]) -> pd.DataFrame:
    """Why rows are set aside; each reason leads to its rows."""
    return pd.DataFrame(
        [
            (
                row.meaning,
                row.source_table,
                row.rows,
                row.tickets,
                row.share,
                row.first_seen_at,
                row.last_seen_at,
                href_of(told.listing(row.drilldown)),
            )
            for row in told.answer.reasons
        ],
        columns=[
            *(_("Reason"), _("Table"), _("Rows"), _("Tickets"), _("Share %")),
            *(_("First seen"), _("Last seen"), _("Open")),
        ],
    )


def feeds_table(quality: DataQuality) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                feed.source_table,
                feed.rows,
                feed.quarantined_rows,
                feed.last_seen_at,
                feed.recent_events,
                feed.late_events,
                feed.late_share,
            )
            for feed in quality.feeds
        ],
        columns=[
            *(_("Table"), _("Rows"), _("Set aside"), _("Last seen")),
            *(_("Events of 28 days"), _("Late"), _("Late %")),
        ],
    )


def health_table(components: Mapping[str, Mapping[str, object]]) -> pd.DataFrame:
    """One row per part, and per way of a part that has several: its status, and all else in words."""
    rows = [row for name, told in components.items() for row in _parts(name, told)]
    return pd.DataFrame(rows, columns=[_("Part"), _("Status"), _("What is known")])


def _parts(name: str, told: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    label = name.replace("_", " ").capitalize()
    known = [_told(field, value) for field, value in told.items() if field != "status"]
    yield label, str(told.get("status", wording.ABSENT)), "; ".join(words for words in known if words)
    for field, value in told.items():
        if isinstance(value, Mapping):
            yield from _parts(f"{label}, {field}", value)


def _told(field: str, value: object) -> str:
    if value is None or value == [] or isinstance(value, Mapping):
        return ""
    if field.endswith(SECONDS) and isinstance(value, int | float):
        return f"{field.removesuffix(SECONDS).replace('_', ' ')}: {wording.ago(timedelta(seconds=value))}"
    if field.endswith("_at") and isinstance(value, str):
        return f"{field.replace('_', ' ')}: {wording.instant(datetime.fromisoformat(value).astimezone(UTC))}"
    told = ", ".join(map(str, value)) if isinstance(value, list) else value
    return f"{field.replace('_', ' ')}: {told}"


def metrics_table(metrics: Sequence[Metric], words: str) -> pd.DataFrame:
    """Metrics that have all the words somewhere in their name, meaning, topic or number."""
    wanted = words.casefold().split()
    found = [
        metric
        for metric in metrics
        if all(
            word in f"{metric.id} {metric.name} {metric.formula} {metric.topic}".casefold() for word in wanted
        )
    ]
    return pd.DataFrame(
        [
            (
                metric.name,
                metric.formula,
                metric.unit,
                metric.topic,
                metric.grain,
                metric.model,
                metric.owner,
                metric.error_percent,
                ", ".join(sorted({carrier.answer for carrier in metric.carried_by})),
            )
            for metric in found
        ],
        columns=[
            *(_("Metric"), _("Meaning"), _("Unit"), _("Topic"), _("Counted are"), _("dbt model")),
            *(_("Owner"), _("Error %"), _("Answers")),
        ],
    )


def then_and_now(then: Told[Dashboard], now: Told[Dashboard], names: Mapping[str, str]) -> pd.DataFrame:
    """The same numbers as an earlier publication knew them and as the newest does."""
    return pd.DataFrame(
        [
            (
                name,
                getattr(then.answer, field),
                href_of(then.number(field)),
                getattr(now.answer, field),
                href_of(now.number(field)),
            )
            for field, name in names.items()
        ],
        columns=[_("Number"), _("Then"), _("Open then"), _("Now"), _("Open now")],
    )
