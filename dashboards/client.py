"""Typed client of the Workflow API: one call per question, the signed-in reader's own token."""

from typing import NoReturn, TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

from dashboards.answers import (
    Ages,
    Answer,
    Dashboard,
    Metrics,
    Overview,
    Published,
    Sla,
    Statuses,
    Tokens,
    Trends,
    VolumeForecast,
)
from dashboards.errors import (
    ApiUnavailableError,
    DashboardError,
    NothingPublishedError,
    NotPermittedError,
    RequestRefusedError,
    SessionEndedError,
    SignInRefusedError,
)
from dashboards.filters import Dimensions, Filters

# A publication may land between two questions; then all are asked again.
OVERVIEW_ATTEMPTS = 3
DASHBOARD = "/analytics/tickets/dashboard/"
TIMEOUT = httpx.Timeout(10, connect=3)

A = TypeVar("A", bound=BaseModel)


class Problem(Answer):
    """The error body every endpoint shares."""

    error: str = ""
    code: str | None = None
    details: dict[str, list[str]] = Field(default_factory=dict)

    def sentence(self) -> str:
        reasons = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in self.details.items())
        return f"{self.error} ({reasons})" if reasons else self.error


class ApiClient:
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT)

    def close(self) -> None:
        self._http.close()

    def sign_in(self, username: str, password: str) -> Tokens:
        credentials = {"username": username, "password": password}
        response = self._send("POST", "/auth/token/", json=credentials)
        if response.status_code in {400, 401, 403, 429}:
            raise SignInRefusedError(_problem(response).sentence())
        return self._parse(Tokens, response)

    def refresh(self, refresh_token: str) -> Tokens:
        response = self._send("POST", "/auth/refresh/", json={"refresh_token": refresh_token})
        if response.status_code in {400, 401, 403}:
            raise SessionEndedError("Your session has ended. Sign in again to go on.")
        return self._parse(Tokens, response)

    def sign_out(self, token: str) -> None:
        """End the session on the API's side too, so that copies of its tokens are worth nothing."""
        response = self._send("POST", "/auth/sign-out/", headers={"Authorization": f"Bearer {token}"})
        if response.status_code in {401, 403}:
            raise SessionEndedError(_problem(response).sentence())

    def newest_publication(self, token: str) -> Published:
        return self._get(Published, "/analytics/tickets/status/", token, {})

    def overview(self, token: str, filters: Filters) -> Overview:
        """Answer every part of the page from one publication."""
        for _ in range(OVERVIEW_ATTEMPTS):
            answer = self._read_overview(token, filters)
            parts: list[Published] = [
                answer.dashboard,
                answer.trends,
                answer.sla,
                answer.statuses,
                answer.ages,
            ]
            if len({part.publication_id for part in parts}) == 1:
                return answer
        raise ApiUnavailableError(
            "New numbers are being published at this moment. Try again in a few seconds."
        )

    def sla_groups(self, token: str, group_by: str) -> Sla:
        return self._get(Sla, "/analytics/tickets/sla/", token, {"group_by": group_by})

    def volume_forecast(self, token: str, dimensions: Dimensions, *, days: int) -> VolumeForecast:
        query = dimensions.query() | {"forecast_days": str(days)}
        return self._get(VolumeForecast, "/analytics/forecast/volume/", token, query)

    def dashboard_meanings(self, token: str) -> dict[str, str]:
        """What each field of the dashboard's answer means."""
        query = {"answer": DASHBOARD, "page_size": "100"}
        metrics = self._get(Metrics, "/analytics/metrics/", token, query).results
        return {
            carrier.field: metric.meaning()
            for metric in metrics
            for carrier in metric.carried_by
            if carrier.answer == DASHBOARD
        }

    def _read_overview(self, token: str, filters: Filters) -> Overview:
        query = filters.query()
        return Overview(
            dashboard=self._get(Dashboard, DASHBOARD, token, query),
            trends=self._get(Trends, "/analytics/ticket-trends/", token, filters.trend_query()),
            sla=self._get(Sla, "/analytics/tickets/sla/", token, query),
            statuses=self._get(Statuses, "/analytics/tickets/status/", token, query),
            ages=self._get(Ages, "/analytics/tickets/age/", token, query),
        )

    def _get(self, answer: type[A], path: str, token: str, query: dict[str, str]) -> A:
        headers = {"Authorization": f"Bearer {token}"}
        response = self._send("GET", path, params=query, headers=headers)
        return self._parse(answer, response)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            return self._http.request(method, path, params=params, json=json, headers=headers)
        except httpx.HTTPError as error:
            raise ApiUnavailableError(f"The Workflow API at {self.base_url} does not answer.") from error

    def _parse(self, answer: type[A], response: httpx.Response) -> A:
        if not response.is_success:
            _refuse(response)
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise ApiUnavailableError(
                f"The Workflow API at {self.base_url} gave an answer this page does not understand: "
                "are both of the same version?"
            ) from error


def _problem(response: httpx.Response) -> Problem:
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return Problem(error=f"The Workflow API answered with status {response.status_code}.")


def _refuse(response: httpx.Response) -> NoReturn:
    problem = _problem(response)
    kinds: dict[int, type[DashboardError]] = {
        400: RequestRefusedError,
        401: SessionEndedError,
        403: NotPermittedError,
        404: RequestRefusedError,
    }
    if problem.code == "not_published":
        raise NothingPublishedError(problem.sentence())
    raise kinds.get(response.status_code, ApiUnavailableError)(problem.sentence())
