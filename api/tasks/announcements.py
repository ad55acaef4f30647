"""Who hears of what happens to a task (contract 4.4): its holders, its owner, and the ticket's master."""

from collections.abc import Iterable
from datetime import datetime

from api.identity.models import RoleUser
from api.kit.db import Session
from api.notifications.enums import NotificationType
from api.notifications.service import About, notify
from api.tasks import repository
from api.tasks.models import Task, TaskItem
from api.tasks.repository import HeldItem
from api.tickets import news
from api.tickets import repository as ticket_repository
from api.tickets.models import TicketSnapshot


async def assigned(session: Session, task: Task, held: HeldItem, step: str, *, at: datetime) -> None:
    """Tell a person that a step is theirs to do."""
    ticket = await _ticket(session, task)
    notify(
        session,
        NotificationType.TASK_ASSIGNMENT,
        held.holder.user_id,
        subject=f"{ticket.ticket_number} is yours: {ticket.subject}",
        message=f"The step {step!r} of {ticket.ticket_number}, {ticket.subject!r}, was assigned to you."
        + _due(held.item),
        about=_about(task, ticket, held.item, step=step),
        at=at,
    )


async def handed_on(
    session: Session,
    task: Task,
    old: HeldItem,
    new: HeldItem,
    *,
    is_escalation: bool,
    reason: str,
    at: datetime,
) -> None:
    """Tell both sides that an assignment was transferred or escalated."""
    ticket = await _ticket(session, task)
    given, taken = NotificationType.TASK_TRANSFER_OUT, NotificationType.TASK_TRANSFER_IN
    if is_escalation:
        given = taken = NotificationType.TASK_ESCALATION
    verb = "escalated" if is_escalation else "transferred"
    why = f" {reason}" if reason else ""
    sides = (
        (given, old, f"was {verb} to {new.holder.user_full_name}", "out"),
        (taken, new, f"was {verb} to you by way of {old.holder.user_full_name}", "in"),
    )
    for kind, held, words, direction in sides:
        due = _due(held.item) if held is new else ""
        notify(
            session,
            kind,
            held.holder.user_id,
            subject=f"{ticket.ticket_number} {words}",
            message=f"{ticket.ticket_number}, {ticket.subject!r}, {words}.{why}{due}",
            about=_about(task, ticket, held.item, direction=direction, reason=reason),
            at=at,
        )


async def owner_changed(
    session: Session,
    task: Task,
    old: RoleUser | None,
    new: RoleUser | None,
    *,
    reason: str = "",
    changed_by: int | None,
    at: datetime,
) -> None:
    """Tell the coordinators concerned, and the ticket's master, who owns a ticket."""
    ticket = await _ticket(session, task)
    owner = None if new is None else {"user_id": new.user_id, "user_full_name": new.user_full_name}
    news.tell_owner(session, ticket, owner, task_id=task.task_id, changed_by=changed_by, at=at)
    successor = new.user_full_name if new else "nobody"
    for member, words, direction in (
        (old, f"is owned by {successor} now", "out"),
        (new, "is yours to coordinate", "in"),
    ):
        if member is not None:
            notify(
                session,
                NotificationType.TICKET_OWNER,
                member.user_id,
                subject=f"{ticket.ticket_number} {words}: {ticket.subject}",
                message=f"{ticket.ticket_number}, {ticket.subject!r}, {words}. {reason}".strip(),
                about=_about(task, ticket, direction=direction, reason=reason),
                at=at,
            )


async def told_of(
    session: Session,
    task: Task,
    kind: NotificationType,
    words: str,
    *,
    holders: Iterable[HeldItem] = (),
    reason: str = "",
    told_by: int | None = None,
    at: datetime,
) -> None:
    """Tell the owner of a task and who holds it how it moved, but not the one whose doing that is."""
    with session.no_autoflush:
        owner = await repository.find_member(session, task.ticket_owner_id)
    people = {held.holder.user_id for held in holders} | ({owner.user_id} if owner else set())
    ticket = await _ticket(session, task)
    for user_id in sorted(people - {told_by}):
        notify(
            session,
            kind,
            user_id,
            subject=f"{ticket.ticket_number} {words}: {ticket.subject}",
            message=f"{ticket.ticket_number}, {ticket.subject!r}, {words}. {reason}".strip(),
            about=_about(task, ticket, reason=reason),
            at=at,
        )


async def _ticket(session: Session, task: Task) -> TicketSnapshot:
    with session.no_autoflush:
        return await ticket_repository.get_snapshot(session, task.ticket_id)


def _about(task: Task, ticket: TicketSnapshot, item: TaskItem | None = None, **facts: str) -> About:
    told = {"priority": ticket.priority, **{name: fact for name, fact in facts.items() if fact}}
    return About(ticket.ticket_number, task.task_id, item.task_item_id if item else None, told)


def _due(item: TaskItem) -> str:
    return f" It is due by {item.target_resolution:%Y-%m-%d %H:%M} UTC." if item.target_resolution else ""
