"""Answers of the API, kept for seconds, in the session that asked and under the sign-in that asked."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st

from dashboards.answers.base import Answer, Published
from dashboards.answers.catalogue import Meaning, Metric, Metrics
from dashboards.answers.tickets import Sla, SlaGroup
from dashboards.client import connected_client
from dashboards.errors import SessionEndedError
from dashboards.session import current_account, reader_key, with_token, with_token_of

# What has been published stays as it is; limits that admins set may change what is said of it.
PUBLISHED_SECONDS = 60
# Shorter than the interval at which a page looks for a new publication.
FRESH_SECONDS = 5
# They change with the API's version only.
MEANINGS_SECONDS = 3600
NEWEST = "/analytics/tickets/status/"
OF_ONE_WORKFLOW = re.compile(r"/workflows/\d+/")

A = TypeVar("A", bound=Answer)


@dataclass(frozen=True)
class Number:
    """One number of an answer, as a proof names it: `status_summary[status=completed].count`."""

    address: str
    field: str


@dataclass(frozen=True)
class Listing:
    """The rows behind a number that no proof adds up anew: the address of their list."""

    address: str


@dataclass(frozen=True)
class Told(Generic[A]):
    """An answer, and the address that it was asked at."""

    answer: A
    address: str

    def number(self, field: str) -> Number:
        return Number(self.address, field)

    def listing(self, address: str) -> Listing:
        """A list of the publication that the answer is of."""
        known_on = dict(parse_qsl(urlsplit(self.address).query))["known_on"]
        return Listing(f"{address}{'&' if '?' in address else '?'}known_on={known_on}")


def newest_publication() -> Published:
    return _read(Published, _fresh_body(reader_key(), NEWEST))


def ask(answer: type[A], path: str, query: Mapping[str, str] | None = None) -> Told[A]:
    """Ask for something that is published, of the publication that is the newest one now.

    All that a page asks for while one is current is answered from it, whatever is published meanwhile.
    """
    publication_id = newest_publication().publication_id
    address = address_of(path, {**(query or {}), "known_on": str(publication_id)})
    return Told(_read(answer, _published_body(reader_key(), address)), address)


def ask_kept(answer: type[A], path: str, query: Mapping[str, str]) -> A:
    """Ask for something of the publication that the query names itself."""
    return _read(answer, _published_body(reader_key(), address_of(path, query)))


def ask_then(answer: type[A], path: str, known_on: str) -> Told[A]:
    """Ask for something as it was known then: on a date, at an instant, or by the number of a publication."""
    address = address_of(path, {"known_on": known_on})
    return Told(_read(answer, _published_body(reader_key(), address)), address)


def ask_now(answer: type[A], path: str, query: Mapping[str, str] | None = None) -> A:
    """Ask for the state of the desk at this moment, which no publication holds."""
    return _read(answer, _fresh_body(reader_key(), address_of(path, query or {})))


def downloading(address: str) -> Callable[[], bytes]:
    """What reads a file when its button is clicked, which is after the page has run and for its reader."""
    account = current_account()
    if account is None:
        raise SessionEndedError("Sign in to see this page.")
    return lambda: with_token_of(account, lambda token: connected_client().download(address, token))


def meanings(path: str) -> dict[str, Meaning]:
    """What each number of an answer means, by its field as the catalogue names it: `trends[].created`."""
    path = OF_ONE_WORKFLOW.sub("/workflows/{workflow_id}/", path)
    address = address_of("/analytics/metrics/", {"answer": path, "page_size": "100"})
    metrics = _read(Metrics, _lasting_body(reader_key(), address)).results
    return {
        carrier.field: Meaning.of(metric, carrier)
        for metric in metrics
        for carrier in metric.carried_by
        if carrier.answer == path
    }


def catalogue() -> list[Metric]:
    """All metrics that there are."""
    found: list[Metric] = []
    number: int | None = 1
    while number:
        address = address_of("/analytics/metrics/", {"page_size": "100", "page": str(number)})
        page = _read(Metrics, _lasting_body(reader_key(), address))
        found += page.results
        number = number + 1 if page.next else None
    return found


def groups(dimension: str) -> list[SlaGroup]:
    """Every value of a dimension that has tickets."""
    return ask(Sla, "/analytics/tickets/sla/", {"group_by": dimension}).answer.sla_compliance


def change(
    method: str,
    path: str,
    body: Mapping[str, object] | None = None,
    conditions: Mapping[str, str] | None = None,
) -> bytes:
    """Have the API change something; what was known before is asked for anew."""
    try:
        return with_token(lambda token: connected_client().change(method, path, token, body, conditions))
    finally:
        forget()


def change_once(answer: type[A], path: str, body: Mapping[str, object] | None = None) -> A:
    """POST something that is done once, however often its reader asks before an answer has come."""
    name = f"key of {path} {json.dumps(body)}"
    key = st.session_state.setdefault(name, secrets.token_urlsafe(16))
    done = _read(answer, change("POST", path, body, {"Idempotency-Key": key}))
    del st.session_state[name]
    return done


def forget() -> None:
    for loader in (_published_body, _fresh_body):
        loader.clear()


def address_of(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _read(answer: type[A], body: bytes) -> A:
    return connected_client().read(answer, body)


@st.cache_data(ttl=PUBLISHED_SECONDS, scope="session", show_spinner=False)
def _published_body(reader: str, address: str) -> bytes:
    return _ask(reader, address)


@st.cache_data(ttl=FRESH_SECONDS, scope="session", show_spinner=False)
def _fresh_body(reader: str, address: str) -> bytes:
    return _ask(reader, address)


@st.cache_data(ttl=MEANINGS_SECONDS, scope="session", show_spinner=False)
def _lasting_body(reader: str, address: str) -> bytes:
    return _ask(reader, address)


def _ask(reader: str, address: str) -> bytes:
    """Ask for the reader under whose key the answer is kept, and for nobody else."""
    if reader != reader_key():
        raise SessionEndedError("Sign in to see this page.")
    return with_token(lambda token: connected_client().get(address, token))
