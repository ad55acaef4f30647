"""The service under test with a few endpoints more: what the same answers cost without its layers.

The bare ones read one row, the least an answer from PostgreSQL can cost here. The raw ones run the hand
written SQL of `raw_operations` behind the same server, the same envelope and the same authentication.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import to_json

from api.identity.auth import Admin, AnyStaff, ServiceCall
from api.main import create_workflow_api
from bench import raw_operations
from bench.raw_operations import Actor

BARE_PATH = "/bench/bare/"
BARE_ADMIN_PATH = "/bench/bare-admin/"
RAW_CREATE_PATH = "/bench/raw/create/"
RAW_TRANSITION_PATH = "/bench/raw/transition/"
RAW_MY_TASKS_PATH = "/bench/raw/my-tasks/"
RAW_ALL_TASKS_PATH = "/bench/raw/all-tasks/"
ONE_ROW = """
select convert_to(row_to_json(publication)::text, 'UTF8') as body
from serving.publications as publication
where publication_id = $1
"""


class RawMove(BaseModel):
    task_id: int
    transition_id: int
    notes: str


async def read_one_row(_: AnyStaff, request: Request) -> Response:
    return await answer_one_row(request)


async def read_one_row_as_admin(_: Admin, request: Request) -> Response:
    return await answer_one_row(request)


async def answer_one_row(request: Request) -> Response:
    row = await request.app.state.read_pool.fetchrow(ONE_ROW, 1)
    return Response(row["body"], media_type="application/json")


async def create_task(event: dict[str, Any], _: ServiceCall, request: Request) -> dict[str, int | None]:
    async with request.app.state.read_pool.acquire() as connection:
        return {"task_id": await raw_operations.create_task(connection, event)}


async def execute_transition(move: RawMove, principal: AnyStaff, request: Request) -> dict[str, Any]:
    actor = Actor(principal.user_id, principal.username)
    async with request.app.state.read_pool.acquire() as connection:
        return await raw_operations.execute_transition(
            connection, actor, move.task_id, move.transition_id, move.notes
        )


async def list_my_tasks(principal: AnyStaff, request: Request) -> Response:
    async with request.app.state.read_pool.acquire() as connection:
        return answer_rows(await raw_operations.list_my_tasks(connection, principal.user_id))


async def list_all_tasks(principal: AnyStaff, request: Request) -> Response:
    # The operation asks itself whether the role still holds.
    async with request.app.state.read_pool.acquire() as connection:
        return answer_rows(await raw_operations.list_all_tasks(connection, principal.user_id))


def answer_rows(rows: Sequence[asyncpg.Record]) -> Response:
    return Response(to_json([dict(row) for row in rows]), media_type="application/json")


def create_app() -> FastAPI:
    app = create_workflow_api()
    # First of all routes, so that what it is compared with gets no discount.
    app.router.routes[:0] = [
        APIRoute(BARE_PATH, read_one_row),
        APIRoute(BARE_ADMIN_PATH, read_one_row_as_admin),
        APIRoute(RAW_CREATE_PATH, create_task, methods=["POST"]),
        APIRoute(RAW_TRANSITION_PATH, execute_transition, methods=["POST"]),
        APIRoute(RAW_MY_TASKS_PATH, list_my_tasks),
        APIRoute(RAW_ALL_TASKS_PATH, list_all_tasks),
    ]
    return app
