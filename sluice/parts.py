"""The parts of the stack a user can name."""

PARTS = ("api", "tickets", "worker", "dagster", "dashboards", "docs")
