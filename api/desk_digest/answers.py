"""The answers of the Workflow API, asked for within this process: what a digest tells is what they tell."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI, Request
from starlette.types import Receive, Scope, Send

from api.identity.auth import authenticate
from api.identity.principal import Principal
from api.insights import endpoints as insights_endpoints
from api.insights.answers.errors import NotPublishedError
from api.kit.db import connect_membership_pool, connect_read_pool
from api.kit.error_responses import install_error_handlers
from api.settings import ApiSettings

Body = dict[str, Any]


class NotToldError(Exception):
    """An answer that the digest cannot do without is none."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an address answers a reader."""

    status: int
    body: Body

    @property
    def is_told(self) -> bool:
        return self.status == HTTPStatus.OK

    @property
    def is_unpublished(self) -> bool:
        return bool(self.body.get("code") == NotPublishedError.code)

    @property
    def is_refused(self) -> bool:
        return self.status == HTTPStatus.FORBIDDEN


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads the answers of one state of the database."""

    app: FastAPI
    connection: asyncpg.Connection
    principal: Principal

    async def ask(self, address: str) -> Told:
        """Ask an address as this person; what they may not read is refused as it is anywhere."""
        # An answer that fails leaves those after it a transaction to read in.
        savepoint = self.connection.transaction()
        await savepoint.start()
        transport = httpx.ASGITransport(self._within, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            answer = await client.get(address)
        await savepoint.rollback()
        return Told(answer.status_code, json.loads(answer.content))

    async def _within(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = {"read_from": self.connection, "principal": self.principal}
        await self.app({**scope, "state": state}, receive, send)


@dataclass(frozen=True, slots=True)
class DeskAnswers:
    """The read side without its HTTP: its routes and its pools, and readers who are named, not signed in."""

    app: FastAPI
    pool: asyncpg.Pool

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: ApiSettings) -> AsyncIterator["DeskAnswers"]:
        pool = await connect_read_pool(settings)
        membership_pool = await connect_membership_pool(settings, role="sluice_api")
        try:
            app = FastAPI(openapi_url=None)
            app.include_router(insights_endpoints.router)
            app.dependency_overrides[authenticate] = _named_reader
            install_error_handlers(app)
            app.state.read_pool, app.state.membership_pool = pool, membership_pool
            yield cls(app, pool)
        finally:
            await membership_pool.close()
            await pool.close()

    @asynccontextmanager
    async def read_as(self, principal: Principal) -> AsyncIterator[Reader]:
        """Let somebody read, all of it of one publication."""
        async with (
            self.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield Reader(self.app, connection, principal)


async def _named_reader(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal
