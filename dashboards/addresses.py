"""Where readers find what is served beside these pages."""

import os

DEFAULT_DOCS_URL = "http://127.0.0.1:8080"
DEFAULT_DAGSTER_URL = "http://127.0.0.1:3000"


def docs_address() -> str:
    return os.environ.get("SLUICE_DOCS_URL", DEFAULT_DOCS_URL).rstrip("/")


def dagster_address() -> str:
    return os.environ.get("SLUICE_DAGSTER_URL", DEFAULT_DAGSTER_URL).rstrip("/")
