"""Charts of the tables in `frames`, by topic."""
