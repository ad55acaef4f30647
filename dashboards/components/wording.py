"""Numbers and instants as a reader meets them; an absent number is never a zero."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from dashboards.answers.base import Change
from dashboards.answers.insights import Anomaly

ABSENT = "n/a"
# Keeps a number and its unit on one line.
NO_BREAK = "\u00a0"

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
ANOMALY_WARNINGS = {
    "too_little_history": "Of some of these days too little history was known to say what was usual.",
    "too_little_history_for_the_budget_of_alerts": (
        "There are too few days yet to hold the marks to the number per week that administrators set."
    ),
}


def count(value: float) -> str:
    return f"{value:,.0f}"


def number(value: float | None) -> str:
    """Any number, as exactly as the API tells it."""
    return (
        ABSENT if value is None else f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    )


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


def listed(chosen: Mapping[str, str]) -> str:
    """Filters as they were asked for."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())


def hours(value: float | None) -> str:
    return ABSENT if value is None else f"{value:,.1f}{NO_BREAK}h"


def percent(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.1f}{NO_BREAK}%"


def change(moved: Change | None, tell: Callable[[float], str]) -> str | None:
    """How far a number moved, with its sign first, as the arrow beside it follows that."""
    if moved is None or moved.absolute is None:
        return None
    if moved.absolute == 0:
        return tell(0)
    sign = "-" if moved.absolute < 0 else "+"
    percent = "" if moved.percent is None else f" ({moved.percent:+,.0f}{NO_BREAK}%)"
    return f"{sign}{tell(abs(moved.absolute))}{percent}"


def share(value: float) -> str:
    # Three digits, so that 99.7 % is not called 100 %.
    return f"{100 * value:.3g}{NO_BREAK}%"


def ago(age: timedelta) -> str:
    seconds = max(0, round(age.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            whole = seconds // size
            return f"{whole} {unit}{'' if whole == 1 else 's'} ago"
    return "less than a minute ago"


def instant(moment: datetime) -> str:
    return f"{moment:%d %B %Y, %H:%M} UTC"
