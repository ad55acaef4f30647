"""The one place that reads the clock, so that rules can be given any instant."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
