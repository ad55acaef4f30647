"""Digests: what happened to somebody's tickets in a period and why, and where they stand now."""

from datetime import datetime

from api.kit.db import Session
from api.notifications import digests
from api.notifications.digests import Due
from api.notifications.enums import NotificationType
from api.notifications.service import About, notify
from api.tasks import digest_rows
from api.tasks.digest_words import Digest


async def write_digest(session: Session, due: Due, now: datetime) -> bool:
    """Write one person's digest unless that is done.

    Args:
        session: a transaction of its own.
        due: who is owed it, and of which period.
        now: as of when open tickets are told.

    Returns:
        Whether there was one to write: it is not done yet, and there is something to tell.
    """
    if not await digests.claim(session, due):
        return False
    period = due.period
    events = await digest_rows.list_events(session, due.user_id, period.begins_at, period.ends_before)
    still_open = await digest_rows.list_open(session, due.user_id, now)
    if not events and not still_open.count:
        return False
    digest = Digest(due.user_id, period, events, still_open)
    facts = {
        "period": period.kind,
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "open": still_open.count,
        "overdue": still_open.late_count,
    }
    notify(
        session,
        NotificationType.DIGEST,
        due.user_id,
        subject=digest.subject(),
        message=digest.message(),
        about=About(facts=facts),
        at=now,
        event_key=period.key,
    )
    return True
