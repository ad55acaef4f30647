"""Colours that keep at least 3:1 on the light page and on the dark one, as AA asks of graphics."""

CREATED = "#2f7de1"
RESOLVED = "#0d9488"
BACKLOG = "#6b7d95"
# Marks upon bars.
MARK = "#d9480f"
# What happened, over charts of any colours.
ANNOTATION = "#8b5cf6"
HISTORY = "#6b7d95"
FORECAST = "#2f7de1"

# Series that have no meaning of their own, as `chartCategoricalColors` of the theme.
SERIES = ["#2f7de1", "#0d9488", "#c27803", "#e5484d", "#6b7d95", "#8b5cf6"]

# Labels within charts, by the reader's theme: at least 4.5:1 on its page.
LABELS = {"light": "#4a5563", "dark": "#c9d2dd"}

SLA_STATES = {
    "Met": "#0d9488",
    "On track": "#2f7de1",
    "At risk": "#c27803",
    "Breached": "#e5484d",
    "No target": "#6b7d95",
}

# Of steps and moves on a map of a workflow.
SLOWEST = "#c27803"
DEVIATION = "#e5484d"
UNUSED = "#6b7d95"

STEP_STATES = {"done": "#0d9488", "active": "#2f7de1", "pending": "#6b7d95", "skipped": "#6b7d95"}
