"""Numbers and instants as a reader meets them; an absent number is never a zero."""

from datetime import datetime, timedelta

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


def count(value: int) -> str:
    return f"{value:,}"


def hours(value: float | None) -> str:
    return ABSENT if value is None else f"{value:,.1f}{NO_BREAK}h"


def percent(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.1f}{NO_BREAK}%"


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
