"""Who is told that a task's time runs out, and in which words (contract 4.4)."""

from collections.abc import Collection
from datetime import datetime

from api.kit.db import Session
from api.notifications.enums import NotificationType
from api.notifications.service import About, notify
from api.sla.clock import CRITICAL_RATIO
from api.sla.enums import SlaLevel
from api.sla.policies import at_risk_ratio_of
from api.tasks.due_rows import DueTask
from api.tasks.models import SlaCrossing
from api.tasks.repository import HeldItem


def tell_crossing(
    session: Session,
    due: DueTask,
    crossing: SlaCrossing,
    *,
    held: Collection[HeldItem],
    step: str,
    superiors: Collection[int],
) -> None:
    """Tell of one crossing everybody it concerns, each of them once.

    Args:
        session: that of the crossing, which has its key already.
        due: the task.
        crossing: what happened, and when.
        held: the open items of the current step.
        step: its name.
        superiors: those whom the step escalates to.
    """
    ticket, level = due.ticket, SlaLevel(crossing.level)
    holders = ", ".join(held_item.holder.user_full_name for held_item in held) or "nobody"
    target, crossed_at = _written(crossing.target_resolution), _written(crossing.crossed_at)
    if level is SlaLevel.BREACH:
        kind, words = NotificationType.SLA_BREACH, "is past its SLA target"
        message = f"was due by {target} and is not done."
    else:
        ratio = at_risk_ratio_of(session)
        used = f"{ratio if level is SlaLevel.WARNING else max(ratio, CRITICAL_RATIO):.0%}"
        kind, words = NotificationType.SLA_WARNING, f"has used {used} of its time"
        message = f"had used {used} of its time at {crossed_at}. It is due by {target}."
    about = About(
        ticket.ticket_number,
        due.task.task_id,
        next((held_item.item.task_item_id for held_item in held), None),
        {
            "level": level.name.lower(),
            "crossed_at": crossing.crossed_at.isoformat(),
            "target_resolution": crossing.target_resolution.isoformat(),
            "step": step,
            "priority": ticket.priority,
        },
    )
    for user_id in sorted(_recipients(due, level, held, superiors)):
        notify(
            session,
            kind,
            user_id,
            subject=f"{ticket.ticket_number} {words}: {ticket.subject}",
            message=f"{ticket.ticket_number}, {ticket.subject!r}, {message} "
            f"The step {step!r} is held by {holders}.",
            about=about,
            at=crossing.crossed_at,
            event_key=f"crossing:{crossing.sla_crossing_id}",
        )


def _recipients(
    due: DueTask, level: SlaLevel, held: Collection[HeldItem], superiors: Collection[int]
) -> set[int]:
    people = {held_item.holder.user_id for held_item in held}
    # A step that nobody holds is the coordinator's worry from the first warning on.
    if due.owner is not None and (level is not SlaLevel.WARNING or not people):
        people.add(due.owner.user_id)
    return people | set(superiors) if level is SlaLevel.BREACH else people


def _written(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
