"""Who answers for a ticket while it is worked on: handed on by its owner, or given by an admin."""

from typing import Any

from api.audit.trail import Trail
from api.identity import repository as identity_repository
from api.identity.models import RoleUser
from api.identity.principal import Principal
from api.kit.db import Session
from api.kit.errors import ValidationFailedError
from api.kit.pagination import Page, PageRequest
from api.tasks import announcements, repository
from api.tasks.allocation import require_coordinator
from api.tasks.change_schemas import (
    AvailableCoordinator,
    OwnershipEscalation,
    OwnershipResult,
    OwnershipTransfer,
    Person,
)
from api.tasks.changes import Change, open_change
from api.tasks.enums import TaskEventKind
from api.tasks.errors import (
    NoOtherCoordinatorError,
    NotOwnerError,
    TaskNotFoundError,
    TicketNotFoundError,
)
from api.tickets import repository as ticket_repository


async def escalate(
    session: Session,
    trail: Trail,
    principal: Principal,
    request: OwnershipEscalation,
    *,
    expected_version: int | None,
) -> OwnershipResult:
    """Let an owner hand a ticket on to the next coordinator in turn."""
    change = await _open_ticket(session, trail, principal, request, expected_version)
    owner = await repository.find_member(session, change.task.ticket_owner_id)
    if owner is None or owner.user_id != principal.user_id:
        raise NotOwnerError
    change.require_open()
    successor = await identity_repository.choose_next_member(
        session, owner.role_id, other_than=principal.user_id
    )
    if successor is None:
        raise NoOtherCoordinatorError
    return await _hand_on(change, request, owner, successor, "ticket_owner_escalate")


async def transfer(
    session: Session,
    trail: Trail,
    principal: Principal,
    request: OwnershipTransfer,
    *,
    expected_version: int | None,
) -> OwnershipResult:
    """Give a ticket to a coordinator, by an admin."""
    change = await _open_ticket(session, trail, principal, request, expected_version)
    change.require_open()
    successor = await require_coordinator(session, "new_owner_user_id", request.new_owner_user_id)
    owner = await repository.find_member(session, change.task.ticket_owner_id)
    if owner is not None and owner.user_id == successor.user_id:
        message = f"user {successor.user_id} owns the ticket already: name another coordinator"
        raise ValidationFailedError.of("new_owner_user_id", message, code="same_user")
    return await _hand_on(change, request, owner, successor, "ticket_owner_transfer")


async def give_to(change: Change, owner: RoleUser, note: str | None) -> dict[str, Any]:
    """Make a coordinator the owner; returns what changed, by user ids."""
    before = await repository.find_member(change.session, change.task.ticket_owner_id)
    if before is not None and before.role_user_id == owner.role_user_id:
        return {}
    change.task.ticket_owner_id = owner.role_user_id
    change.tell(TaskEventKind.OWNER_CHANGED, note=note)
    await announcements.owner_changed(
        change.session,
        change.task,
        before,
        owner,
        reason=note or "",
        changed_by=change.actor,
        at=change.at,
    )
    return {"ticket_owner_id": {"old": before.user_id if before else None, "new": owner.user_id}}


async def list_coordinators(
    session: Session, page: PageRequest, *, exclude_user_id: int | None
) -> Page[AvailableCoordinator]:
    role = await repository.find_coordinator_role(session)
    if role is None:
        return page.envelope(0, [])
    count, rows = await repository.list_coordinators(session, role.role_id, exclude_user_id, page)
    return page.envelope(count, [AvailableCoordinator.model_validate(row) for row in rows])


async def _open_ticket(
    session: Session,
    trail: Trail,
    principal: Principal,
    request: OwnershipEscalation,
    expected_version: int | None,
) -> Change:
    ticket_id = await ticket_repository.find_ticket_id(session, request.ticket_number)
    if ticket_id is None:
        raise TicketNotFoundError
    task_id = await repository.find_newest_task_id(session, ticket_id)
    if task_id is None:
        raise TaskNotFoundError
    return await open_change(session, trail, principal, task_id, request.version, expected_version)


async def _hand_on(
    change: Change,
    request: OwnershipEscalation,
    owner: RoleUser | None,
    successor: RoleUser,
    action: str,
) -> OwnershipResult:
    changes = await give_to(change, successor, request.reason)
    changes |= {"ticket_number": request.ticket_number, "reason": request.reason}
    await change.finish(action, changes)
    return OwnershipResult(
        success=True,
        ticket_number=request.ticket_number,
        previous_owner=None if owner is None else _person(owner),
        new_owner=_person(successor),
        message=f"{successor.user_full_name} owns the ticket now",
        task_id=change.task.task_id,
        version=change.task.version,
    )


def _person(member: RoleUser) -> Person:
    return Person(user_id=member.user_id, user_full_name=member.user_full_name)
