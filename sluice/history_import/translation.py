"""From a log's rows to events in our words, by what the mapping says."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from api.tasks.enums import TaskStatus
from api.tickets.enums import Priority, TicketStatus
from sluice.history_import.errors import MappingError, RowRejectedError
from sluice.history_import.events import HistoryPlan, LogEvent
from sluice.history_import.mapping import (
    ANY_STATE,
    FieldSource,
    HistoryMapping,
    StateTarget,
    TextTemplate,
    TimestampSource,
)
from sluice.history_import.timestamps import timestamp_parser

Row = dict[str, str]
Reader = Callable[[Row], str | None]
TimeReader = Callable[[Row], datetime | None]

_LIMITS = {"step": 64, "group": 64, "subject": 255, "description": 20_000}
_LONGEST = 100
_KEY_LIMIT = 64
_STAGING_COLUMN = {"group": "group_name"}
_TEXTS = (
    "department", "category", "sub_category", "group", "requester", "assignee", "actor", "owner", "handover",
)  # fmt: skip
_CREATED = StateTarget(task=TaskStatus.PENDING, ticket=TicketStatus.NEW)
_STARTED = StateTarget(task=TaskStatus.IN_PROGRESS, ticket=TicketStatus.IN_PROGRESS)
_RESOLVED = StateTarget(task=TaskStatus.COMPLETED, ticket=TicketStatus.RESOLVED)
_CLOSED = StateTarget(task=TaskStatus.COMPLETED, ticket=TicketStatus.CLOSED)


def clip(text: str, limit: int) -> str:
    """Shorten to the limit, keeping different texts different."""
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{text[: limit - 9]}~{digest}"


def plan_of(mapping: HistoryMapping) -> HistoryPlan:
    fields = mapping.fields
    sources = {name: getattr(fields, name) for name in type(fields).model_fields}
    states = [target.ticket for target in mapping.states.values()]
    return HistoryPlan(
        source=mapping.source,
        ticket_prefix=mapping.ticket_id.prefix,
        fallback_role=mapping.fallback_group,
        fixed_fields={
            _STAGING_COLUMN.get(name, name): source.take
            for name, source in sources.items()
            if isinstance(source, FieldSource)
            and source.take != "event"
            and name not in {"state", "workflow"}
        },
        has_resolved_column=mapping.timestamps.resolved is not None,
        has_resolved_state=TicketStatus.RESOLVED in states,
        repeats_resolutions=mapping.repeated_resolutions,
        naming=mapping.workflow.model_dump(exclude={"by"}),
        split_by=tuple(mapping.workflow.by),
        origin=mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    )


class Translator:
    """Turns one row into its events, or raises `RowRejectedError` saying what is wrong with it."""

    def __init__(self, mapping: HistoryMapping, now: datetime) -> None:
        self._mapping = mapping
        self._now = now
        self._missing = frozenset(mapping.missing) | {""}
        self._key_pattern = (
            re.compile(mapping.ticket_id.replace.pattern) if mapping.ticket_id.replace else None
        )
        fields = mapping.fields
        self._state = self._field(fields.state, "state")
        self._priority = self._field(fields.priority, "priority")
        self._texts = {
            _STAGING_COLUMN.get(name, name): self._field(getattr(fields, name), name) for name in _TEXTS
        }
        self._step = self._field(fields.step, "step")
        self._workflow = self._field(fields.workflow, "workflow")
        self._subject = self._template(fields.subject, "subject")
        self._description = self._template(fields.description, "description")
        stamps = mapping.timestamps
        self._instants = {
            name: self._timestamp(getattr(stamps, name), name)
            for name in ("event", "created", "started", "updated", "resolved", "closed")
        }
        self._priorities = {priority.lower(): str(priority) for priority in Priority} | {"urgent": "Critical"}

    def translate(self, row: Row, number: int) -> Iterator[LogEvent]:
        key = self._ticket_key(row)
        try:
            yield from self._events(row, number, key)
        except RowRejectedError as error:
            error.ticket_key = key
            raise

    def _events(self, row: Row, number: int, key: str) -> Iterator[LogEvent]:
        instants = {name: read(row) for name, read in self._instants.items()}
        target = self._state_target(row)
        texts = {name: read(row) for name, read in self._texts.items()}
        base = LogEvent(
            row_number=number,
            part=0,
            ticket_key=key,
            occurred_at=self._now,
            task_status=target.task,
            ticket_status=target.ticket,
            workflow=self._workflow_name(row, texts),
            step=self._step(row) or "Unknown",
            priority=self._known_priority(row),
            subject=self._subject(row),
            description=self._description(row),
            created_at=instants["created"],
            resolved_at=instants["resolved"],
            closed_at=instants["closed"],
            sla_met=self._recorded_sla(row),
            attributes=self._attributes(row),
            **texts,
        )
        if self._mapping.timestamps.event is None:
            yield from self._table_events(base, instants, target)
            return
        if (occurred_at := instants["event"]) is None:
            raise RowRejectedError("timestamps.event", "", "is missing; every row of a log needs its instant")
        yield base._replace(occurred_at=occurred_at)

    def _table_events(
        self, base: LogEvent, instants: dict[str, datetime | None], target: StateTarget
    ) -> Iterator[LogEvent]:
        """Tell the life of a ticket from its one row: each instant it names is an event."""
        created = instants["created"]
        if created is None:
            raise RowRejectedError("timestamps.created", "", "is missing; a ticket needs its beginning")
        states = [("started", _STARTED)]
        if target.task != TaskStatus.CANCELLED:
            states.append(("resolved", _RESOLVED))
        if target.task == TaskStatus.COMPLETED:
            states.append(("closed", _CLOSED))
        told = [(created, _CREATED)]
        told += [(instant, state) for name, state in states if (instant := instants[name]) is not None]
        latest = max(instant for instant, _ in told)
        told.sort(key=lambda item: item[0])
        # The row's own state has the last word; its instant is the last change the row knows of.
        told.append((max(latest, instants["updated"] or instants["closed"] or latest), target))
        for part, (instant, state) in enumerate(told):
            yield base._replace(
                part=part, occurred_at=instant, task_status=state.task, ticket_status=state.ticket
            )

    def _ticket_key(self, row: Row) -> str:
        column = self._mapping.ticket_id.column
        key = row.get(column, "").strip()
        if key in self._missing:
            raise RowRejectedError(column, key, "is missing; every row needs its ticket's id")
        if self._key_pattern is not None and self._mapping.ticket_id.replace is not None:
            key = self._key_pattern.sub(self._mapping.ticket_id.replace.replacement, key)
        if not key or len(self._mapping.ticket_id.prefix + key) > _KEY_LIMIT or "\x00" in key:
            raise RowRejectedError(column, key[:80], f"must have 1 to {_KEY_LIMIT} printable characters")
        return key

    def _field(self, source: FieldSource | None, name: str) -> Reader:
        if source is None:
            return lambda _row: None
        column, values, default = source.column, dict(source.values), source.default
        limit = _LIMITS.get(name, _LONGEST)
        missing = self._missing

        def read(row: Row) -> str | None:
            text = row.get(column, "").strip() if column is not None else ""
            if text in missing:
                return default
            if "\x00" in text:
                raise RowRejectedError(str(column), text[:80], "contains a NUL character")
            return clip(values.get(text, text), limit)

        return read

    def _template(self, source: TextTemplate, name: str) -> Callable[[Row], str]:
        parts = re.split(r"\{([^{}]+)\}", source.template)
        limit = _LIMITS[name]

        def fill(row: Row) -> str:
            texts = [
                part
                if place % 2 == 0
                else self._ticket_key(row)
                if part == "ticket_id"
                else row.get(part, "")
                for place, part in enumerate(parts)
            ]
            return clip("".join(texts).replace("\x00", "").strip(), limit)

        return fill

    def _timestamp(self, source: TimestampSource | None, name: str) -> TimeReader:
        if source is None:
            return lambda _row: None
        try:
            parse = timestamp_parser(source.format, self._mapping.time_zone)
        except ValueError as error:
            raise MappingError(f"timestamps.{name}.format: {error}") from error
        column = source.column

        def read(row: Row) -> datetime | None:
            text = row.get(column, "").strip()
            if text in self._missing:
                return None
            try:
                moment = parse(text)
            except ValueError as error:
                raise RowRejectedError(column, text[:80], str(error)) from error
            if moment > self._now:
                raise RowRejectedError(column, text[:80], "lies in the future")
            return moment

        return read

    def _state_target(self, row: Row) -> StateTarget:
        states = self._mapping.states
        state = self._state(row)
        target = states.get(state or "") or states.get(ANY_STATE)
        if target is None:
            raise RowRejectedError(
                self._mapping.fields.state.column or "state", state or "", "is not among the mapping's states"
            )
        return target

    def _known_priority(self, row: Row) -> str:
        text = self._priority(row) or Priority.MEDIUM
        known = self._priorities.get(text.lower())
        if known is None:
            raise RowRejectedError(
                self._mapping.fields.priority.column or "priority",
                text,
                "is not among fields.priority.values",
            )
        return known

    def _recorded_sla(self, row: Row) -> bool | None:
        if (sla := self._mapping.sla) is None:
            return None
        text = row.get(sla.column, "").strip()
        if text in self._missing:
            return None
        if text not in sla.met and text not in sla.missed:
            raise RowRejectedError(sla.column, text[:80], "is neither among sla.met nor sla.missed")
        return text in sla.met

    def _attributes(self, row: Row) -> str | None:
        kept = {
            name: value.replace("\x00", "")
            for name in self._mapping.attributes
            if (value := row.get(name, "").strip()) not in self._missing
        }
        return json.dumps(kept, ensure_ascii=False) if kept else None

    def _workflow_name(self, row: Row, values: dict[str, str | None]) -> str:
        naming = self._mapping.workflow
        parts = [self._workflow(row) or naming.name]
        parts += [values[name] or getattr(naming, name) for name in naming.by]
        return clip(" / ".join(parts), _LIMITS["step"])
