"""The service under test with one endpoint more: the least an answer from PostgreSQL can cost here."""

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute

from api.identity.auth import Admin, AnyStaff
from api.main import create_workflow_api

BARE_PATH = "/bench/bare/"
BARE_ADMIN_PATH = "/bench/bare-admin/"
ONE_ROW = """
select convert_to(row_to_json(publication)::text, 'UTF8') as body
from serving.publications as publication
where publication_id = $1
"""


async def read_one_row(_: AnyStaff, request: Request) -> Response:
    return await answer_one_row(request)


async def read_one_row_as_admin(_: Admin, request: Request) -> Response:
    return await answer_one_row(request)


async def answer_one_row(request: Request) -> Response:
    row = await request.app.state.read_pool.fetchrow(ONE_ROW, 1)
    return Response(row["body"], media_type="application/json")


def create_app() -> FastAPI:
    app = create_workflow_api()
    # First of all routes, so that what it is compared with gets no discount.
    app.router.routes[:0] = [
        APIRoute(BARE_PATH, read_one_row),
        APIRoute(BARE_ADMIN_PATH, read_one_row_as_admin),
    ]
    return app
