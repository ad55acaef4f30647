"""Endpoints of ticket ownership."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.audit.trail import AuditTrail
from api.identity.auth import Admin, AnyStaff, Coordinator
from api.kit.db import Session
from api.kit.errors import ConflictError, NotFoundError, responses
from api.kit.idempotency import OnceOnly
from api.kit.pagination import Page, PageQuery
from api.kit.preconditions import IfMatch
from api.kit.schemas import QueryId
from api.tasks import ownership
from api.tasks.change_schemas import (
    AvailableCoordinator,
    OwnershipEscalation,
    OwnershipResult,
    OwnershipTransfer,
)

router = APIRouter()
_REFUSALS = responses(NotFoundError, ConflictError)


@router.get("/tasks/ticket-owner/available-coordinators/", tags=["tasks"], responses=responses(NotFoundError))
async def list_available_coordinators(
    *,
    session: Session,
    _: Coordinator,
    page: PageQuery,
    exclude_user_id: Annotated[QueryId | None, Query(description="Leave this person out")] = None,
) -> Page[AvailableCoordinator]:
    """List the active ticket coordinators by name, each with the open tasks that they own."""
    return await ownership.list_coordinators(session, page, exclude_user_id=exclude_user_id)


@router.post(
    "/tasks/ticket-owner/escalate/", tags=["tasks"], response_model=OwnershipResult, responses=_REFUSALS
)
async def escalate_ownership(
    *,
    body: OwnershipEscalation,
    session: Session,
    trail: AuditTrail,
    principal: AnyStaff,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Hand an owned ticket on to the next coordinator in turn; only its owner may."""

    async def escalate() -> tuple[OwnershipResult, int]:
        return await ownership.escalate(
            session, trail, principal, body, expected_version=expected_version
        ), 200

    return await once.answer(escalate, version_of=lambda result: result.version)


@router.post(
    "/tasks/ticket-owner/transfer/", tags=["tasks"], response_model=OwnershipResult, responses=_REFUSALS
)
async def transfer_ownership(
    *,
    body: OwnershipTransfer,
    session: Session,
    trail: AuditTrail,
    principal: Admin,
    once: OnceOnly,
    expected_version: IfMatch,
) -> Response:
    """Give a ticket to a named coordinator."""

    async def transfer() -> tuple[OwnershipResult, int]:
        return await ownership.transfer(
            session, trail, principal, body, expected_version=expected_version
        ), 200

    return await once.answer(transfer, version_of=lambda result: result.version)
