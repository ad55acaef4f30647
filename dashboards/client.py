"""Client of the Workflow API: one call per question, always with a reader's own token."""

import os
from collections.abc import Mapping
from functools import cache
from typing import NoReturn, TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

from dashboards.answers.accounts import Tokens
from dashboards.answers.base import Answer
from dashboards.errors import (
    ApiUnavailableError,
    DashboardError,
    NothingPublishedError,
    NotPermittedError,
    RequestRefusedError,
    SessionEndedError,
    SignInRefusedError,
)

DEFAULT_API_URL = "http://127.0.0.1:8002"
TIMEOUT = httpx.Timeout(10, connect=3)
# A notification that is sent again is waited for, up to 12 seconds.
CHANGE_TIMEOUT = httpx.Timeout(30, connect=3)
# Whole lists as files come row by row.
DOWNLOAD_TIMEOUT = httpx.Timeout(120, connect=3)

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
    """One connection pool for all readers: it holds no token.

    Every method raises a `DashboardError` that says what went wrong in words for the reader.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT)

    def close(self) -> None:
        self._http.close()

    def sign_in(self, username: str, password: str, address: str | None = None) -> Tokens:
        """Begin a session; guesses are counted by the address of whoever asks, which is not ours."""
        credentials = {"username": username, "password": password}
        response = self._send("POST", "/auth/token/", json=credentials, for_address=address)
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
        response = self._send("POST", "/auth/sign-out/", token=token)
        if response.status_code in {401, 403}:
            raise SessionEndedError(_problem(response).sentence())

    def get(self, address: str, token: str) -> bytes:
        """The body of an answer; the address holds its query."""
        return _accepted(self._send("GET", address, token=token)).content

    def download(self, address: str, token: str) -> bytes:
        """A whole list as a file."""
        return _accepted(self._send("GET", address, token=token, timeout=DOWNLOAD_TIMEOUT)).content

    def change(
        self,
        method: str,
        path: str,
        token: str,
        body: Mapping[str, object] | None = None,
        conditions: Mapping[str, str] | None = None,
    ) -> bytes:
        """Have the API change something: POST, PUT, PATCH or DELETE.

        `conditions` are headers that say when it may: `Idempotency-Key`, `If-Match`.
        """
        sent = self._send(method, path, token=token, json=body, conditions=conditions, timeout=CHANGE_TIMEOUT)
        return _accepted(sent).content

    def read(self, answer: type[A], body: bytes) -> A:
        """The part of an answer's body that a page shows."""
        try:
            return answer.model_validate_json(body)
        except ValidationError as error:
            raise ApiUnavailableError(
                f"The Workflow API at {self.base_url} gave an answer this page does not understand: "
                "are both of the same version?"
            ) from error

    def _send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        json: Mapping[str, object] | None = None,
        timeout: httpx.Timeout = TIMEOUT,
        for_address: str | None = None,
        conditions: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        headers = dict(conditions or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if for_address:
            headers["X-Forwarded-For"] = for_address
        try:
            return self._http.request(method, path, json=json, headers=headers, timeout=timeout)
        except httpx.HTTPError as error:
            raise ApiUnavailableError(f"The Workflow API at {self.base_url} does not answer.") from error

    def _parse(self, answer: type[A], response: httpx.Response) -> A:
        return self.read(answer, _accepted(response).content)


@cache
def api_client(base_url: str) -> ApiClient:
    return ApiClient(base_url)


def connected_client() -> ApiClient:
    return api_client(os.environ.get("SLUICE_WORKFLOW_API_URL", DEFAULT_API_URL))


def _accepted(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        _refuse(response)
    return response


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
        409: RequestRefusedError,
        422: RequestRefusedError,
    }
    if problem.code == "not_published":
        raise NothingPublishedError(problem.sentence())
    raise kinds.get(response.status_code, ApiUnavailableError)(problem.sentence())
