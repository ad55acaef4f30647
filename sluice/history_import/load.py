"""One import, one transaction: events in, lives out, or the database as it was."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from sluice.history_import.catalogue import OWNER_ROLE, OWNER_SYSTEM, ROLE_SYSTEM, Catalogue
from sluice.history_import.discovery import discover_workflows
from sluice.history_import.errors import ImportRefusedError, RowRejectedError
from sluice.history_import.events import HistoryPlan, LogEvent, WorkflowBlueprint
from sluice.history_import.keys import reserve_keys
from sluice.history_import.life import Life
from sluice.history_import.people import RoleKey, ensure_memberships, ensure_people, ensure_roles
from sluice.history_import.rejects import Rejects
from sluice.history_import.rows import LifeRows
from sluice.history_import.staging import Staging
from sluice.history_import.workflows import WorkflowWriter
from sluice.history_import.writer import write_lives

# Any number will do, as long as every import asks for the same one.
_IMPORT_LOCK = 5_205_101_604
_BATCH = 2_000
_GROWN = (
    "ticket_snapshot", "task", "task_item", "task_event", "task_item_event", "ticket_event",
    "role", "role_user", "user_account", "workflow", "step",
)  # fmt: skip
# What a log tells of is history: nobody is warned now of deadlines that passed before the import.
_NOTICE_DEADLINES = """
update ops.task set sla_level = case
    when coalesce(hold_started_at, now()) > target_resolution then 3
    when coalesce(hold_started_at, now()) >= critical_at then 2
    else 1
end
from ops.ticket_snapshot as ticket
where task.ticket_id = ticket.ticket_id and ticket.fetched_at = now()
    and task.sla_due_at <= now() and coalesce(task.hold_started_at, now()) >= task.at_risk_at
"""


@dataclass
class ImportCounts:
    tickets_imported: int = 0
    tickets_unchanged: int = 0
    tickets_held_back: int = 0
    workflows_created: int = 0
    rows: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Listener:
    """Hears how far an import has come."""

    on_phase: Callable[[str, int | None], None] = lambda _name, _total: None
    on_progress: Callable[[int], None] = lambda _count: None


def load_history(
    connection: Connection[Any],
    plan: HistoryPlan,
    events: Iterable[LogEvent],
    *,
    rejects: Rejects,
    files: list[str],
    listener: Listener | None = None,
) -> ImportCounts:
    """Write the lives of all tickets in `events` that are not there yet.

    Runs inside the caller's transaction, so that a dry run and a crash both leave nothing.
    """
    heard = listener or Listener()
    counts = ImportCounts()
    _take_turn(connection, heard)
    staging = Staging(connection)
    staging.load(events)
    heard.on_phase("Sorting", None)
    counts.tickets_held_back = staging.hold_back(sorted(rejects.ticket_keys))
    counts.tickets_unchanged = staging.drop_known(plan.source)
    _refuse_taken_numbers(staging, plan)
    staging.prepare(plan)
    total = staging.count_lives()
    if total:
        catalogue, counts.workflows_created = _prepare_catalogue(connection, plan)
        heard.on_phase("Writing tickets", total)
        writer = _LifeWriter(connection, plan, catalogue, rejects, ", ".join(files))
        for written in writer.write_all(_batches(staging.lives())):
            counts.rows.update(written)
            heard.on_progress(written["tickets"])
        counts.tickets_imported = counts.rows["tickets"]
        counts.tickets_held_back += total - counts.tickets_imported
    if counts.tickets_imported:
        connection.execute(_NOTICE_DEADLINES)
        _record(connection, plan, files, counts)
    return counts


def refresh_statistics(connection: Connection[Any]) -> None:
    """Let the planner see the new rows; the tables may have grown from nothing."""
    connection.execute(f"analyze {', '.join(f'ops.{table}' for table in _GROWN)}".encode())


def _take_turn(connection: Connection[Any], heard: Listener) -> None:
    """Imports go one after the other: two at once could each create what the other is creating."""
    row = connection.execute("select pg_try_advisory_xact_lock(%s)", (_IMPORT_LOCK,)).fetchone()
    if row is None or not row[0]:
        heard.on_phase("Waiting for another import to end", None)
        connection.execute("select pg_advisory_xact_lock(%s)", (_IMPORT_LOCK,))
        heard.on_phase("Reading", None)


def _refuse_taken_numbers(staging: Staging, plan: HistoryPlan) -> None:
    taken = staging.find_taken_number(plan.ticket_prefix)
    if taken is not None:
        number, source, count = taken
        raise ImportRefusedError(
            f"{count} ticket numbers such as {number!r} already belong to the source {source!r}; "
            "set ticket_id.prefix in the mapping to tell the two apart"
        )


def _prepare_catalogue(connection: Connection[Any], plan: HistoryPlan) -> tuple[Catalogue, int]:
    blueprints = [*plan.declared, *discover_workflows(connection, plan)]
    roles = ensure_roles(connection, _role_names(connection, plan, blueprints))
    people = ensure_people(connection, plan.source)
    workflows = WorkflowWriter(connection, roles)
    return (
        Catalogue(
            fallback_role=plan.fallback_role,
            workflows={blueprint.name: workflows.ensure(blueprint) for blueprint in blueprints},
            people=people,
            memberships=ensure_memberships(connection, plan, roles, people),
        ),
        workflows.created_count,
    )


def _role_names(
    connection: Connection[Any], plan: HistoryPlan, blueprints: list[WorkflowBlueprint]
) -> Iterator[RoleKey]:
    yield ROLE_SYSTEM, plan.fallback_role
    for blueprint in blueprints:
        for step in blueprint.steps:
            yield ROLE_SYSTEM, step.role
            if step.escalate_to:
                yield ROLE_SYSTEM, step.escalate_to
    groups = connection.execute("select distinct group_name from import_event where group_name is not null")
    yield from ((ROLE_SYSTEM, row[0]) for row in groups)
    if connection.execute("select 1 from import_event where owner is not null limit 1").fetchone():
        yield OWNER_SYSTEM, OWNER_ROLE


def _batches(lives: Iterator[list[LogEvent]]) -> Iterator[list[list[LogEvent]]]:
    while batch := list(islice(lives, _BATCH)):
        yield batch


class _LifeWriter:
    def __init__(
        self,
        connection: Connection[Any],
        plan: HistoryPlan,
        catalogue: Catalogue,
        rejects: Rejects,
        files: str,
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._catalogue = catalogue
        self._rejects = rejects
        self._files = files
        self._item_ids: deque[int] = deque()

    def write_all(self, batches: Iterator[list[list[LogEvent]]]) -> Iterator[dict[str, int]]:
        """Write the batches in turn: while the database takes one in, the next is built.

        A connection serves one statement at a time, so all that is to be read for a batch is read
        before the writing of the one before it begins.
        """
        with ThreadPoolExecutor(max_workers=1) as background:
            writing: Future[dict[str, int]] | None = None
            lives: list[LifeRows] = []
            for batch in batches:
                keys = self._reserve(batch)
                if lives:
                    writing = background.submit(write_lives, self._connection, lives)
                lives = self._tell_all(batch, *keys)
                if writing is not None:
                    yield writing.result()
                    writing = None
            yield write_lives(self._connection, lives)

    def _reserve(self, batch: list[list[LogEvent]]) -> tuple[list[int], list[int]]:
        # An item begins with an event, so there are never more items than events.
        short = sum(map(len, batch)) - len(self._item_ids)
        self._item_ids.extend(reserve_keys(self._connection, "ops.task_item", "task_item_id", max(short, 0)))
        return (
            reserve_keys(self._connection, "ops.ticket_snapshot", "ticket_id", len(batch)),
            reserve_keys(self._connection, "ops.task", "task_id", len(batch)),
        )

    def _tell_all(
        self, batch: list[list[LogEvent]], ticket_ids: list[int], task_ids: list[int]
    ) -> list[LifeRows]:
        return [
            life
            for events, ticket_id, task_id in zip(batch, ticket_ids, task_ids, strict=True)
            if (life := self._tell(events, ticket_id, task_id)) is not None
        ]

    def _tell(self, events: list[LogEvent], ticket_id: int, task_id: int) -> LifeRows | None:
        try:
            return Life(
                events,
                catalogue=self._catalogue,
                plan=self._plan,
                ticket_id=ticket_id,
                task_id=task_id,
                item_ids=iter(self._item_ids.popleft, None),
            ).tell()
        except RowRejectedError as error:
            self._rejects.add(self._files, events[-1].row_number, error)
            return None


def _record(connection: Connection[Any], plan: HistoryPlan, files: list[str], counts: ImportCounts) -> None:
    connection.execute(
        "insert into ops.import_batch (source_service, files, mapping, counts) values (%s, %s, %s, %s)",
        (
            plan.source,
            Jsonb(files),
            Jsonb(dict(plan.origin)),
            Jsonb({**counts.rows, "tickets_unchanged": counts.tickets_unchanged,
                   "tickets_held_back": counts.tickets_held_back}),
        ),
    )  # fmt: skip
