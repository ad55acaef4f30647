from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.kit.db import Database
from api.kit.errors import UnavailableError, responses
from api.migrations.runner import newest_revision

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: Literal["ok"]


@router.get("/healthz/")
async def is_alive() -> Health:
    """Answer as long as the process runs; the database is not asked."""
    return Health(status="ok")


@router.get("/readyz/", responses={503: responses(UnavailableError)[503]})
async def is_ready(request: Request) -> Health:
    """Answer once the database can be reached and is migrated to this code's schema."""
    await refuse_unmigrated(request.app.state.database)
    return Health(status="ok")


async def refuse_unmigrated(database: Database) -> None:
    revision = await database.schema_revision()
    wanted = newest_revision()
    if revision != wanted:
        message = f"The database is at schema {revision or 'none'}, not {wanted}: run `sluice migrate`"
        raise UnavailableError(message)
