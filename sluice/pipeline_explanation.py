"""Why a run of the pipeline ended as it did, in words, and the one command that comes next."""

from dataclasses import asdict, dataclass
from typing import Any

import dagster as dg
import psycopg
from psycopg.rows import dict_row

from pipelines.resources.interrupts import INTERRUPTED
from pipelines.resources.passing_faults import passes_by_itself
from pipelines.run_story import RunStory, find_run_ids, newest_run_id, read_run_story
from sluice.errors import SluiceError

_STANDS = """
    select publication_id, data_as_of, run_id, (now() - data_as_of)::text as age
    from serving.current_publication inner join serving.publications using (publication_id)
"""
_TOLD = """
    select job_name, failed_at, failures from serving.failed_runs where run_id = %s
"""
# Of checks that compare with the last publication; everything else is wrong whatever came before.
_COMPARING = {"ticket_profile"}
_MENDED_BY_TRAINING = {"served_forecast_is_as_it_was_sealed"}
_MENDED_BY = {
    "ledger_is_as_it_was_sealed": "sluice model verify",
    "inputs_are_as_they_were_learnt": "sluice model list",
    "open_tickets_say_what_is_known": "sluice model list",
}


class UnknownRunError(SluiceError):
    """There is no run that the words could mean."""


@dataclass(frozen=True)
class Explanation:
    """A run, what readers see meanwhile, and what to do: one command, or none."""

    story: RunStory
    stands: dict[str, Any] | None
    published: bool
    summary: str
    next_step: str
    command: str | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def explain_run(instance: dg.DagsterInstance, url: str, beginning: str | None) -> Explanation:
    """Explain the run whose id begins so, else the newest.

    Raises:
        UnknownRunError: there is none, or more than one.
    """
    with psycopg.connect(url, row_factory=dict_row) as connection, psycopg.connect(url) as sessions:
        stands = connection.execute(_STANDS).fetchone()
        run_id = _choose(instance, connection, beginning)
        story = read_run_story(instance, sessions, run_id) or _remembered(connection, run_id)
        published = connection.execute(
            "select 1 from serving.publications where run_id = %s", [run_id]
        ).fetchone()
    summary, next_step, command = _judge(story, is_published=published is not None)
    return Explanation(story, stands, published is not None, summary, next_step, command)


def _choose(
    instance: dg.DagsterInstance, connection: psycopg.Connection[dict[str, Any]], beginning: str | None
) -> str:
    if beginning is None:
        newest = newest_run_id(instance)
        if newest is None:
            message = "no run of the pipeline is known: sluice pipeline run"
            raise UnknownRunError(message)
        return newest
    rows = connection.execute(
        "select run_id from serving.failed_runs where starts_with(run_id, %(beginning)s)"
        " union select run_id from serving.publications where starts_with(run_id, %(beginning)s)",
        {"beginning": beginning},
    ).fetchall()
    found = {row["run_id"] for row in rows} | set(find_run_ids(instance, beginning))
    if len(found) != 1:
        which = "more than one run begins" if found else "no run begins"
        message = f"{which} with {beginning!r}: `sluice pipeline status` lists the ids of runs"
        raise UnknownRunError(message)
    return str(found.pop())


def _remembered(connection: psycopg.Connection[dict[str, Any]], run_id: str) -> RunStory:
    """What is known of a run that Dagster's storage has lost."""
    told = connection.execute(_TOLD, [run_id]).fetchone()
    if told is None:
        return RunStory(run_id, "unknown", "success", None, None)
    return RunStory(run_id, told["job_name"], "failure", None, told["failed_at"], errors=told["failures"])


def _judge(story: RunStory, *, is_published: bool) -> tuple[str, str, str | None]:
    if story.status in {"queued", "not_started", "starting", "started"}:
        return "It is still running.", "Wait for it to end.", "sluice pipeline status"
    if story.status == "lost":
        return (
            "Its process is gone without a word: it was killed, or its machine stopped.",
            "Start it again.",
            _again(story),
        )
    if story.status == "success":
        return _judge_success(story, is_published=is_published)
    if INTERRUPTED in story.errors:
        return INTERRUPTED, "Start it again when it suits you.", _again(story)
    return _judge_failure(story)


def _judge_success(story: RunStory, *, is_published: bool) -> tuple[str, str, str | None]:
    if not story.unmet:
        done = "It published, and every check passed." if is_published else "It ended well."
        return done, "Nothing is to be done.", None
    command = next((_MENDED_BY[each.check] for each in story.unmet if each.check in _MENDED_BY), None)
    return "It ended well, and checks warned.", "Look at what they say.", command


def _judge_block(story: RunStory) -> tuple[str, str, str | None]:
    blocking = {check.check for check in story.unmet if check.blocks}
    summary = f"It published nothing, because of {len(blocking)} check(s) that did not pass."
    if blocking <= _COMPARING:
        return summary, "If the change is meant, accept it.", "sluice pipeline run --full-refresh"
    if blocking <= _MENDED_BY_TRAINING:
        return summary, "Make a new forecast; the old one stays marked.", "sluice pipeline run"
    return summary, "Mend the rows that the check names, then run again.", _again(story)


def _judge_failure(story: RunStory) -> tuple[str, str, str | None]:
    if any(check.blocks for check in story.unmet):
        return _judge_block(story)
    summary = f"It published nothing: the step {', '.join(story.failed_steps) or 'before the first'} failed."
    if any("sluice migrate" in error for error in story.errors):
        return summary, "The database is not at the schema of this version.", "sluice migrate"
    if any("no space left" in error.lower() for error in story.errors):
        return summary, "Free some of the disk, then run again.", _again(story)
    if passes_by_itself(story.errors[:1]):
        return summary, "What stopped it may have passed.", _again(story)
    return summary, "Mend what the step names, then run again.", _again(story)


def _again(story: RunStory) -> str:
    if story.job_name == "backfill" and story.partitions:
        first, last = story.partitions
        return f"sluice pipeline backfill --from {first} --to {last}"
    if story.job_name == "rebuild_and_publish":
        return "sluice pipeline run --rebuild"
    return (
        "sluice pipeline run" if story.job_name == "train_and_publish" else "sluice pipeline run --no-train"
    )
