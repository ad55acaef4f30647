"""Numbers and instants as a reader meets them, in the forms of their locale; an absent number is no zero."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date, format_time, get_period_names
from babel.numbers import format_decimal

from dashboards.answers.base import Change
from dashboards.answers.insights import Anomaly
from dashboards.texts import _, reader_locale

ABSENT = "n/a"
# Keeps a number and its unit on one line.
NO_BREAK = "\u00a0"
TENTHS = "#,##0.0"
WEEKDAY_FEATURES = {"weekday", "opening_weekday"}

STATUS_NAMES = {
    "pending": "Pending",
    "in progress": "In progress",
    "on_hold": "On hold",
    "pending_external": "Pending external",
    "completed": "Completed",
    "cancelled": "Cancelled",
}
SLA_NAMES = {
    "met": "Met",
    "breached": "Breached",
    "on_track": "On track",
    "at_risk": "At risk",
    "no_sla": "No target",
}
AGE_NAMES = {
    "0-1 days": "Up to 1 day",
    "1-7 days": "1 to 7 days",
    "7-30 days": "7 to 30 days",
    "30-90 days": "30 to 90 days",
    "90+ days": "Over 90 days",
}
MODEL_NAMES = {
    "blend": "several models, weighted by their recent errors",
    "pooled_weekday": "its own level and the week of all tickets",
    "mean": "the mean of the days so far",
    # Runs from before forecasts were blended.
    "prophet": "Prophet",
    "smoothed_weekday": "smoothed weekday means",
    "combination": "the mean of several models",
    "seasonal_naive": "repeating last week",
    "weekday_mean": "the weekday means of the last 4 weeks",
}


FORECAST_WARNINGS = {
    "stale": "This forecast is older than 36 hours: the nightly training has not been published since.",
    "no forecast has been published yet": "No forecast has been published yet: training runs every night.",
}
DIRECTIONS = {"increasing": "more", "decreasing": "fewer", "stable": "about the same"}
FEATURES = {
    "share_of_target": "share of its time used",
    "clock_hours": "hours on the clock",
    "target_hours": "hours allowed",
    "remaining_steps": "steps left",
    "rested_after_clock_hours": "hours of rest",
    "opening_hour": "hour it came",
    "opening_weekday": "weekday it came",
    "weekday": "weekday",
    "hour": "hour of the day",
}
# How names of features of several parts begin.
FEATURE_FAMILIES = {
    "hours_in": "hours in",
    "open_in": "open tickets of the same",
    "changes": "changes of",
    "peers": "what became of others of the same",
}


ALERT_TYPES = {
    "workload": "Workload",
    "sla": "SLA",
    "performance": "Performance",
    "anomaly": "Old and unusual",
    "queue": "Queues",
}
HEALTH = {"healthy": "healthy", "warning": "needs attention", "critical": "in trouble"}
ANNOTATION_KINDS = {
    "release": "Release",
    "outage": "Outage",
    "policy_change": "Policy change",
    "other": "Other",
}
ANOMALY_WARNINGS = {
    "too_little_history": "Of some of these days too little history was known to say what was usual.",
    "too_little_history_for_the_budget_of_alerts": (
        "There are too few days yet to hold the marks to the number per week that administrators set."
    ),
}


def count(value: float) -> str:
    return _decimal(value, "#,##0")


def number(value: float | None) -> str:
    """Any number, as exactly as the API tells it."""
    return ABSENT if value is None else _decimal(value, "#,##0.##")


def of_anomaly(anomaly: Anomaly, *, is_team_only: bool) -> str:
    """What was unusual, in the API's words, or without the person it is about."""
    if is_team_only and anomaly.user_id is not None:
        return f"{count(anomaly.value)} items for one person, expected about {number(anomaly.expected)}"
    return anomaly.description


def feature(name: str) -> str:
    """What a model calls a fact about a ticket, in words: `hours_in:Review` are its hours in Review."""
    family, _, rest = name.partition(":")
    if rest and family in FEATURE_FAMILIES:
        of = rest.split(":")[0] if family == "peers" else rest
        return f"{FEATURE_FAMILIES[family]} {of.replace('_', ' ').replace('+', ' and ')}"
    return FEATURES.get(name, name.replace("_", " "))


def fact(name: str, value: float | None) -> str:
    """What a model knew of a ticket: its days of the week are counted from Monday, as 0."""
    if value is not None and name in WEEKDAY_FEATURES:
        return f"{feature(name)} {reader_locale().days['format']['wide'][int(value)]}"
    return f"{feature(name)} {number(value)}"


def listed(chosen: Mapping[str, str]) -> str:
    """Filters as they were asked for."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())


def tenths(value: float) -> str:
    return _decimal(value, TENTHS)


def hours(value: float | None) -> str:
    return ABSENT if value is None else f"{tenths(value)}{NO_BREAK}h"


def percent(value: float | None) -> str:
    return ABSENT if value is None else f"{tenths(value)}{NO_BREAK}%"


def change(moved: Change | None, tell: Callable[[float], str]) -> str | None:
    """How far a number moved, with its sign first, as the arrow beside it follows that."""
    if moved is None or moved.absolute is None:
        return None
    if moved.absolute == 0:
        return tell(0)
    percent = "" if moved.percent is None else f" ({_signed(moved.percent, count)}{NO_BREAK}%)"
    return f"{_signed(moved.absolute, tell)}{percent}"


def share(value: float) -> str:
    # Three digits, so that 99.7 % is not called 100 %.
    return f"{_decimal(float(f'{100 * value:.3g}'), '#,##0.########')}{NO_BREAK}%"


def ago(age: timedelta) -> str:
    seconds = max(0, round(age.total_seconds()))
    words = (
        (86_400, _("1 day ago"), _("{count} days ago")),
        (3_600, _("1 hour ago"), _("{count} hours ago")),
        (60, _("1 minute ago"), _("{count} minutes ago")),
    )
    for size, one, many in words:
        if seconds >= size:
            whole = seconds // size
            return one if whole == 1 else many.format(count=count(whole))
    return _("less than a minute ago")


def instant(moment: datetime) -> str:
    """In UTC, as all days and hours are told."""
    moment, locale = moment.astimezone(UTC), reader_locale()
    return f"{format_date(moment, 'long', locale)}, {format_time(moment, 'short', locale=locale)} UTC"


def day(of: date) -> str:
    return format_date(of, "medium", reader_locale())


def days(first: date, last: date) -> str:
    return day(first) if first == last else _("{first} to {last}").format(first=day(first), last=day(last))


def day_form() -> str:
    """How a day is written into a field, as Streamlit knows it: its parts in the order of the locale."""
    pattern = str(reader_locale().date_formats["short"].pattern)
    parts = {"y": "YYYY", "M": "MM", "d": "DD"}
    order = "".join(sorted(parts, key=pattern.find))
    mark = next((character for character in pattern if character in "./-"), "-")
    return mark.join(parts[part] for part in order) if order in {"yMd", "dMy", "Mdy"} else "YYYY-MM-DD"


def number_forms() -> dict[str, object]:
    """How charts write numbers, as d3 knows it."""
    symbols = reader_locale().number_symbols["latn"]
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", ""],
    }


def time_forms() -> dict[str, object]:
    """How charts name days and months, as d3 knows it; its weeks begin on Sundays."""
    locale = reader_locale()
    periods = get_period_names(locale=locale)
    names = {width: _names(locale.days["format"][width], (6, *range(6))) for width in ("wide", "abbreviated")}
    months = {
        width: _names(locale.months["format"][width], range(1, 13)) for width in ("wide", "abbreviated")
    }
    return {
        "dateTime": "%x, %X",
        "date": "%d %b %Y",
        "time": "%H:%M:%S",
        "periods": [str(periods.get("am", "AM")), str(periods.get("pm", "PM"))],
        "days": names["wide"],
        "shortDays": names["abbreviated"],
        "months": months["wide"],
        "shortMonths": months["abbreviated"],
    }


def _names(named: Mapping[int, str], order: Iterable[int]) -> list[str]:
    return [str(named[place]) for place in order]


def _decimal(value: float, form: str) -> str:
    return format_decimal(value, form, reader_locale())


def _signed(moved: float, tell: Callable[[float], str]) -> str:
    """A sign that Streamlit knows: its arrow follows that."""
    return f"{'-' if moved < 0 else '+'}{tell(abs(moved))}"
