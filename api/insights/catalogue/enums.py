from enum import StrEnum


class Unit(StrEnum):
    TICKETS = "tickets"
    ITEMS = "items"
    VISITS = "visits"
    PEOPLE = "people"
    WORKFLOWS = "workflows"
    STEPS = "steps"
    EVENTS = "events"
    CASES = "cases"
    ALERTS = "alerts"
    POINTS = "points"
    RATIO = "ratio"
    PERCENT = "percent"
    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"
    DAYS = "days"
    ROWS = "rows"

    @property
    def is_of_rows(self) -> bool:
        """Whether a number of it is how many rows there are, so that its list has as many."""
        return self not in {Unit.RATIO, Unit.PERCENT, Unit.HOURS, Unit.MINUTES, Unit.SECONDS, Unit.DAYS}


class Origin(StrEnum):
    """Where a field of an answer comes from, if from no column."""

    COLUMNS = "columns"
    QUESTION = "question"
    CODE = "code"
    UNRESOLVED = "unresolved"
