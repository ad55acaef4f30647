"""The words of the desk's week: plain text, a paragraph for each section that its reader may see."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from api.desk_digest.answers import Told
from api.desk_digest.review import PERCENT, Figure, Review

_MOST_ALERTS = 5
_LONGEST_LINE = 120
_HOUR, _DAY = 3600, 86_400


def subject(review: Review) -> str:
    figures = review.figures
    told = f"{_number(figures['created'].value)} created, {_number(figures['resolved'].value)} resolved"
    return f"The desk {_span(review.week.first, review.week.last, year=False)}: {told}"


def message(review: Review) -> str:
    sections = [_opening(review), *_figures(review), *_expected(review), *_risks(review), *_alerts(review)]
    return "\n\n".join([*sections, _data(review)])


def _opening(review: Review) -> str:
    span = _span(review.week.first, review.week.last, year=True)
    told = f"The week {span}, in days of UTC, beside the week before."
    as_of = _instant(review.flow["data_as_of"])
    if as_of >= review.week.ends_before:
        return told
    return f"{told}\nIt is not whole: the numbers end on {_moment(as_of)}, see below."


def _figures(review: Review) -> Iterator[str]:
    # A week that the publication knows nothing of has no zeros either.
    if not review.flow["trends"]:
        return
    lines = [_figure(each) for each in review.figures.values()]
    note = "Compliance, breaches and the median are of the tickets created in the week."
    yield "\n".join([*lines, note])


def _figure(figure: Figure) -> str:
    unit = " points" if figure.unit == PERCENT else " %"
    moved = "" if figure.moved is None else f", {_plain(figure.moved):+,}{unit}"
    value, before = (_number(each, figure.unit) for each in (figure.value, figure.before))
    return f"{figure.title}: {value} (before {before}{moved})"


def _expected(review: Review) -> Iterator[str]:
    forecast, following = review.others["forecast"], review.week.following
    title = f"EXPECTED {_span(following.first, following.last, year=False).upper()}"
    point = review.expected
    if point is None:
        yield from _untold(title, forecast, "No forecast of this week is published.")
        return
    confidence = f"{100 * forecast.body['summary']['confidence_level']:g} %"
    lower, upper = _number(point["confidence_lower"]), _number(point["confidence_upper"])
    text = f"{_number(point['predicted_count'])} tickets, with {confidence} between {lower} and {upper}."
    warnings = [_line(warning) for warning in forecast.body["warnings"]]
    if forecast.body["fallback"]:
        warnings.append("a baseline, no model")
    yield "\n".join([title, text, *(f"Note: {warning}." for warning in warnings)])


def _risks(review: Review) -> Iterator[str]:
    title, risks = "MOST LIKELY TO BREACH", review.others["risks"]
    if not review.at_risk:
        yield from _untold(title, risks, "No open ticket has a score.")
        return
    lines = [_risk(row, is_by_model=review.is_by_model) for row in review.at_risk]
    yield "\n".join([f"{title} ({len(lines)} of {risks.body['count']} with a score)", *lines])


def _risk(row: Mapping[str, Any], *, is_by_model: bool) -> str:
    score = f"{row['risk_score']} %" if is_by_model else f"{row['risk_score']} of 100 points"
    due = row["target_resolution"]
    when = "" if due is None else f", due {_moment(_instant(due))}"
    return f"{row['ticket_number']}  {_line(row['subject'])} ({row['priority']}): {score}{when}"


def _alerts(review: Review) -> Iterator[str]:
    alerts = review.others["alerts"]
    if not alerts.is_told:
        yield from _untold("ALERTS", alerts, "")
        return
    found = alerts.body["alerts"]
    lines = [f"{each['severity']}: {_line(each['title'])}. {each['recommendation']}." for each in found]
    beyond = [f"and {len(found) - _MOST_ALERTS} more"] if len(found) > _MOST_ALERTS else []
    yield "\n".join([f"ALERTS ({len(found)})", *(lines[:_MOST_ALERTS] or ["None."]), *beyond])


def _data(review: Review) -> str:
    as_of, publication_id = _instant(review.flow["data_as_of"]), review.flow["publication_id"]
    age = _age((review.now - as_of).total_seconds())
    lines = [f"The numbers are of {_moment(as_of)}, {age} old (publication {publication_id})."]
    health, quality = review.others["health"], review.others["quality"]
    if health.is_told:
        lines += _failures(health.body["components"]["dagster"])
    if quality.is_told and (tickets := quality.body["quarantine"]["tickets"]):
        counted = "1 ticket has" if tickets == 1 else f"{tickets} tickets have"
        lines.append(f"In doubt: {counted} rows that cannot be right and are counted nowhere.")
    untold = [text for each in (health, quality) for text in _untold("", each, "")]
    return "\n".join(["DATA", *lines, *untold])


def _failures(pipeline: Mapping[str, Any]) -> Iterator[str]:
    failure = pipeline["last_failure"]
    if failure is not None:
        reason = "".join(f": {_line(each)}" for each in failure["failures"][:1])
        yield f"The job {failure['job_name']} failed on {_moment(_instant(failure['failed_at']))}{reason}"
    if unmet := pipeline["checks_failed"]:
        yield f"{len(unmet)} of its checks were not met."


def _untold(title: str, answer: Told, otherwise: str) -> Iterator[str]:
    """Say why a section is missing, unless it is none of the reader's."""
    if answer.is_refused:
        return
    text = otherwise if answer.is_told else f"It could not be told: {answer.body['error']}."
    if text:
        yield "\n".join(filter(None, [title, text]))


def _number(value: float | None, unit: str = "") -> str:
    return "none" if value is None else f"{_plain(value):,}{unit}"


def _plain(value: float) -> float:
    """Leave out the fraction where there is none."""
    return int(value) if value == int(value) else value


def _line(text: str) -> str:
    """What somebody else wrote, on one line, so that it can look like nothing of ours."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    words = " ".join(plain.split())
    return words if len(words) <= _LONGEST_LINE else f"{words[: _LONGEST_LINE - 1]}…"


def _span(first: date, last: date, *, year: bool) -> str:
    begins = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"from {begins} to {last.day} {last:%B}{f' {last.year}' if year else ''}"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _age(seconds: float) -> str:
    minutes = max(int(seconds // 60), 0)
    if seconds < _HOUR:
        return f"{minutes} min"
    return f"{minutes // 60} h" if seconds < 2 * _DAY else f"{minutes // 1440} days"
