"""Traces for whoever sets SLUICE_OTLP_ENDPOINT. Without it nothing that traces is even imported."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from fastapi import FastAPI

from api.settings import ApiSettings


class Tracing(Protocol):
    def watch_requests(self, app: FastAPI) -> None:
        """Trace what the app answers; to be called before its other middleware is added."""

    def job(self, name: str, **attributes: str) -> AbstractContextManager[object]:
        """Trace a job of the queue while the context is open."""

    def stop(self) -> None:
        """Send what is left, for some seconds at the most."""


class NoTracing:
    def watch_requests(self, app: FastAPI) -> None:
        """Leave the app as it is."""

    def job(self, name: str, **attributes: str) -> AbstractContextManager[object]:  # noqa: ARG002
        return nullcontext()

    def stop(self) -> None:
        """Have nothing to send."""


def start_tracing(settings: ApiSettings, service_name: str) -> Tracing:
    if settings.otlp_endpoint is None:
        return NoTracing()
    from api.kit.spans import OtlpTracing  # noqa: PLC0415 - slow to import, and most deployments do without

    return OtlpTracing(settings.otlp_endpoint, service_name)
