"""A clock set by hand."""

from datetime import datetime, tzinfo


class WallClock:
    """What `datetime` is to the one place that reads the time."""

    def __init__(self, shows: str) -> None:
        self.set(shows)

    def set(self, shows: str) -> None:
        self._shows = datetime.fromisoformat(shows)

    def now(self, zone: tzinfo) -> datetime:
        return self._shows.astimezone(zone)
