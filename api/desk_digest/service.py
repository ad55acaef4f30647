"""The week of the desk, told to those of the staff who want it: once, whatever restarts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from api.desk_digest import repository, words
from api.desk_digest.answers import DeskAnswers
from api.desk_digest.review import Review, read_review
from api.desk_digest.weeks import Week, week_due
from api.identity.principal import Principal
from api.kit.dates import Weekday
from api.kit.db import Database, Session
from api.kit.logs import log
from api.notifications import repository as notification_repository
from api.notifications.enums import NotificationType
from api.notifications.service import About, name_event, notify
from api.notifications.subscribers import list_subscribers
from api.settings import ApiSettings

KIND = NotificationType.DESK_DIGEST
# Pages of the dashboards that open what is told here.
PAGES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Overview", "/", {"period": "Last 7 days"}),
    ("SLA", "/sla", {"period": "Last 7 days"}),
    ("Forecasts", "/forecasts", {}),
)


@dataclass(frozen=True, slots=True)
class Due:
    """A person and the week that they are to be told of."""

    user_id: int
    week: Week


async def write_due(database: Database, settings: ApiSettings, now: datetime) -> int:
    """Tell everybody who is due it at a moment, each in a transaction of their own; returns how many."""
    day = settings.desk_digest_day
    if not isinstance(day, Weekday):
        return 0
    async with database.read_sessions() as session:
        wanted = await list_subscribers(session, KIND, settings.timezone)
        due = [
            Due(each.user_id, week)
            for each in wanted
            if (week := week_due(day, settings.digest_hour, each.zone, now)) is not None
        ]
        due = await _leave_out_told(session, due)
    return await write_all(database, settings, due, now)


async def write_all(database: Database, settings: ApiSettings, due: Sequence[Due], now: datetime) -> int:
    """Tell these people; where nothing is published nobody is told, and they stay due."""
    if not due:
        return 0
    written = 0
    async with DeskAnswers.open(settings) as answers:
        for each in due:
            try:
                written += await _write(database, settings, answers, each, now)
            except Exception:  # noqa: BLE001 - one person's digest must not keep the others from theirs
                log.exception("desk_digest_failed", user_id=each.user_id, week=each.week.key)
    return written


async def list_owed(session: Session, settings: ApiSettings, week: Week) -> list[Due]:
    """List whoever wants the digest, whatever the hour, and was not told of a week."""
    wanted = await list_subscribers(session, KIND, settings.timezone)
    return await _leave_out_told(session, [Due(each.user_id, week) for each in wanted])


async def review_for(settings: ApiSettings, principal: Principal, week: Week, now: datetime) -> Review | None:
    """What somebody may read of a week; None while nothing is published."""
    async with DeskAnswers.open(settings) as answers:
        return await _read(answers, principal, week, now)


async def _read(answers: DeskAnswers, principal: Principal, week: Week, now: datetime) -> Review | None:
    async with answers.read_as(principal) as reader:
        return await read_review(reader, week, now)


async def _leave_out_told(session: Session, due: Sequence[Due]) -> list[Due]:
    told = await notification_repository.list_told(session, [_event_of(each) for each in due])
    return [each for each in due if _event_of(each) not in told]


async def _write(
    database: Database, settings: ApiSettings, answers: DeskAnswers, due: Due, now: datetime
) -> bool:
    async with database.read_sessions() as session:
        principal = await repository.find_reader(session, due.user_id)
    review = await _read(answers, principal, due.week, now)
    if review is None:
        return False
    async with database.transaction() as session:
        if not await notification_repository.claim_event(session, _event_of(due)):
            return False
        notify(
            session,
            KIND,
            due.user_id,
            subject=words.subject(review),
            message=words.message(review),
            about=About(facts=facts_of(review, settings)),
            at=now,
            event_key=due.week.key,
        )
    return True


def facts_of(review: Review, settings: ApiSettings) -> dict[str, Any]:
    """The same for machines: numbers under the names of the answers that they are of."""
    point = review.expected
    return {
        "week": review.week.key,
        "first_day": review.week.first.isoformat(),
        "last_day": review.week.last.isoformat(),
        "publication_id": review.flow["publication_id"],
        "figures": {
            name: {"value": figure.value, "before": figure.before} for name, figure in review.figures.items()
        },
        "expected": point,
        "at_risk": [row["ticket_number"] for row in review.at_risk],
        "links": list_links(settings),
    }


def list_links(settings: ApiSettings) -> list[dict[str, str]]:
    if settings.dashboards_url is None:
        return []
    base = settings.dashboards_url.rstrip("/")
    return [
        {"title": title, "url": f"{base}{path}" + (f"?{urlencode(query)}" if query else "")}
        for title, path, query in PAGES
    ]


def _event_of(due: Due) -> str:
    return name_event(KIND, due.week.key, due.user_id)
