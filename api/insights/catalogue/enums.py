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


class Origin(StrEnum):
    """Where a field of an answer comes from, if from no column."""

    COLUMNS = "columns"
    QUESTION = "question"
    CODE = "code"
    UNRESOLVED = "unresolved"
