"""The same doors as the import's tests use."""

from tests.sluice.history_import.conftest import query, sluice

__all__ = ["query", "sluice"]
