"""Whether the pipeline keeps what readers see fresh, told to admins once for each change.

The worker looks, not Dagster: that Dagster has stopped must be noticed by something else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.identity import repository as identity_repository
from api.kit.db import Session
from api.notifications.enums import NotificationType
from api.notifications.service import About, notify
from api.pipeline_watch import repository
from api.pipeline_watch.enums import PipelineState, Watched
from api.pipeline_watch.repository import PipelineFacts

START = "See the runs in Dagster, or start one: sluice pipeline run."


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part, in a line and in a sentence that says what to do."""

    state: PipelineState
    subject: str
    message: str


async def watch_pipeline(session: Session, now: datetime) -> list[str]:
    """Tell admins of every state that has changed since they were last told; returns what was told of.

    Args:
        session: a transaction of its own.
        now: the moment at which ages are judged.
    """
    watches = await repository.lock_watches(session)
    facts = await repository.read_facts(session)
    found = {
        Watched.PUBLICATION: judge_publication(facts, now),
        Watched.FORECASTS: judge_forecasts(facts, now),
        Watched.REBUILD: judge_rebuild(facts),
    }
    told = []
    for watch in watches:
        finding = found[Watched(watch.watched)]
        if finding.state != watch.state:
            watch.state, watch.since = finding.state, now
            await _tell_admins(session, watch.watched, finding, now)
            told.append(f"{watch.watched}_{finding.state}")
    return told


def judge_publication(facts: PipelineFacts, now: datetime) -> Finding:
    """Old numbers are worse than a failed run; what was never published cannot grow old."""
    shown = "Nothing is published yet"
    if facts.data_as_of is not None:
        shown = f"Numbers are of {_told(facts.data_as_of)}"
    reason = "" if facts.failed_at is None else f" The job {facts.job_name} failed: {facts.failure}"
    hours = float(facts.publication_hours)
    if _is_older(facts.data_as_of, hours, now):
        message = f"{shown}, more than {hours:g} hours ago.{reason} {START}"
        return Finding(PipelineState.STALE, f"Nothing was published for {hours:g} hours", message)
    if facts.failed_at is not None:
        message = f"{shown}, and stay so until a run succeeds.{reason}"
        return Finding(PipelineState.FAILING, "A run of the pipeline published nothing", message)
    return Finding(PipelineState.HEALTHY, "The pipeline publishes again", f"{shown}.")


def judge_forecasts(facts: PipelineFacts, now: datetime) -> Finding:
    """Forecasts that were never made are no news."""
    shown, hours = f"Forecasts are of {_told(facts.trained_at)}.", float(facts.model_hours)
    if _is_older(facts.trained_at, hours, now):
        subject = f"Forecasts were not made anew for {hours:g} hours"
        return Finding(PipelineState.STALE, subject, f"{shown} {START}")
    return Finding(PipelineState.HEALTHY, "Forecasts are made again", shown)


def judge_rebuild(facts: PipelineFacts) -> Finding:
    """What differed has been replaced by then: readers had seen it, and whoever reported it should know."""
    rebuilt = f"Everything was built anew on {_told(facts.rebuilt_at)}"
    if facts.differences is not None:
        message = (
            f"{rebuilt}, and what increments had published differed: {facts.differences}. "
            "What is right has been published. See the rows: sluice pipeline status."
        )
        return Finding(PipelineState.FAILING, "Published numbers were not those of a rebuild", message)
    message = f"{rebuilt}, and nothing differed."
    return Finding(PipelineState.HEALTHY, "Published numbers are those of a rebuild again", message)


async def _tell_admins(session: Session, watched: str, finding: Finding, now: datetime) -> None:
    for user_id in await identity_repository.list_admins(session):
        notify(
            session,
            NotificationType.SYSTEM,
            user_id,
            subject=finding.subject,
            message=finding.message,
            about=About(facts={"watched": watched, "state": finding.state}),
            at=now,
            event_key=f"pipeline:{watched}:{finding.state}:{now.isoformat()}",
        )


def _is_older(since: datetime | None, hours: float, now: datetime) -> bool:
    return since is not None and now - since > timedelta(hours=hours)


def _told(at: datetime | None) -> str:
    return "no day" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
