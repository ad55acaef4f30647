from typing import Annotated

from fastapi import APIRouter, Path

from api.audit.trail import AuditTrail
from api.identity.auth import Admin
from api.insights.operational import thresholds
from api.insights.operational.errors import ThresholdNotFoundError
from api.insights.operational.threshold_schemas import ThresholdList, ThresholdRead, ThresholdWrite
from api.kit.db import ReadSession, Session
from api.kit.errors import responses

router = APIRouter(prefix="/thresholds")
Name = Annotated[str, Path(max_length=64)]


@router.get("/", responses=responses())
async def list_thresholds(session: ReadSession, _: Admin) -> ThresholdList:
    """List the numbers that turn figures into alerts, with their bounds and defaults."""
    return await thresholds.list_thresholds(session)


@router.put("/{name}/", responses=responses(ThresholdNotFoundError))
async def change_threshold(
    name: Name, body: ThresholdWrite, session: Session, trail: AuditTrail, principal: Admin
) -> ThresholdRead:
    """Change a threshold; the next answer is judged by it."""
    return await thresholds.set_threshold(session, trail, principal, name, body.value)


@router.delete("/{name}/", responses=responses(ThresholdNotFoundError))
async def reset_threshold(name: Name, session: Session, trail: AuditTrail, principal: Admin) -> ThresholdRead:
    """Give a threshold its default again."""
    return await thresholds.set_threshold(session, trail, principal, name, None)
