"""The mapping file: which column of a log is what, checked before a single row is read."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from api.tasks.enums import TaskStatus
from api.tickets.enums import Priority, TicketStatus
from sluice.history_import.errors import MappingError
from sluice.history_import.timestamps import known_time_zone

Take = Literal["event", "first", "last"]
ShortName = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,49}$")]
ANY_STATE = "*"


class MappingModel(BaseModel):
    # A mistyped key must not pass as "not given"; codes such as `1` may be written without quotes.
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class FormatOptions(MappingModel):
    type: Literal["csv", "jsonl", "xes"] | None = Field(
        default=None, description="Kind of file; taken from its name when left out."
    )
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8-sig"


class Replacement(MappingModel):
    pattern: str
    replacement: str = Field(alias="with")


class TicketId(MappingModel):
    column: str
    replace: Replacement | None = Field(default=None, description="A regular expression put right in the id.")
    prefix: str = Field(
        default="", max_length=24, description="Put before the id to make the ticket's number unique."
    )


class FieldSource(MappingModel):
    """Where one field comes from and what becomes of its values."""

    column: str | None = None
    take: Take = Field(
        default="event",
        description="`event` follows the value through time; `first` and `last` hold one value throughout.",
    )
    values: dict[str, str] = Field(
        default_factory=dict, description="Source value to ours; others pass as is."
    )
    default: str | None = Field(default=None, description="Used where the source has nothing.")

    @model_validator(mode="after")
    def require_a_source(self) -> Self:
        if self.column is None and self.default is None:
            message = "name a column, a default, or both"
            raise ValueError(message)
        return self


class PrioritySource(FieldSource):
    values: dict[str, Priority] = Field(default_factory=dict)  # type: ignore[assignment]  # narrower on purpose
    default: Priority = Priority.MEDIUM


class HandoverSource(FieldSource):
    values: dict[str, Literal["transfer", "escalation"]] = Field(default_factory=dict)  # type: ignore[assignment]  # same


class TextTemplate(MappingModel):
    template: str = Field(description="Text with column names in braces, as in `{Summary}`.")


class FieldSources(MappingModel):
    state: FieldSource
    step: FieldSource = FieldSource(default="Handling")
    subject: TextTemplate = TextTemplate(template="Ticket {ticket_id}")
    description: TextTemplate = TextTemplate(template="")
    category: FieldSource | None = None
    sub_category: FieldSource | None = None
    department: FieldSource | None = None
    group: FieldSource | None = None
    priority: PrioritySource = PrioritySource(default=Priority.MEDIUM)
    requester: FieldSource | None = None
    assignee: FieldSource | None = None
    actor: FieldSource | None = None
    owner: FieldSource | None = None
    handover: HandoverSource | None = None
    workflow: FieldSource | None = None


class TimestampSource(MappingModel):
    column: str
    format: str | list[str] = Field(default="iso", description="`iso`, `epoch`, or strptime formats.")


class Timestamps(MappingModel):
    event: TimestampSource | None = Field(
        default=None, description="When the row happened; left out for tables of one row per ticket."
    )
    created: TimestampSource | None = None
    started: TimestampSource | None = Field(default=None, description="Tables only: when work began.")
    updated: TimestampSource | None = Field(default=None, description="Tables only: the last change.")
    resolved: TimestampSource | None = None
    closed: TimestampSource | None = None

    @model_validator(mode="after")
    def require_a_beginning(self) -> Self:
        if self.event is None and self.created is None:
            message = "name `event` (a log) or `created` (a table of one row per ticket)"
            raise ValueError(message)
        if self.event is not None and (self.started or self.updated):
            message = "`started` and `updated` belong to tables; a log's rows say it themselves"
            raise ValueError(message)
        return self


class StateTarget(MappingModel):
    task: Literal[
        TaskStatus.PENDING,
        TaskStatus.IN_PROGRESS,
        TaskStatus.ON_HOLD,
        TaskStatus.COMPLETED,
        TaskStatus.CANCELLED,
    ]
    ticket: TicketStatus


class RecordedSla(MappingModel):
    column: str
    met: list[str] = Field(min_length=1)
    missed: list[str] = Field(min_length=1)


class WorkflowNaming(MappingModel):
    """What the workflows found in the log are called; `by` makes one per value of these fields."""

    name: ShortName
    department: ShortName = "Unassigned"
    category: ShortName = "Uncategorized"
    sub_category: ShortName = "Uncategorized"
    by: list[Literal["department", "category", "sub_category"]] = Field(default_factory=list)


class HistoryMapping(MappingModel):
    """How one system's export becomes tickets, tasks and their events."""

    source: SourceName
    description: str = ""
    format: FormatOptions = FormatOptions()
    time_zone: str = Field(default="UTC", description="Zone of timestamps that carry no offset.")
    missing: list[str] = Field(default_factory=lambda: [""], description="Values that mean: not known.")
    ticket_id: TicketId
    fields: FieldSources
    timestamps: Timestamps
    states: dict[str, StateTarget] = Field(
        min_length=1, description="Every source state; `*` stands for the ones not named."
    )
    repeated_resolutions: bool = Field(
        default=False,
        description="In a log of activities, a row that says Resolved again is another resolution.",
    )
    sla: RecordedSla | None = None
    attributes: list[str] = Field(default_factory=list, description="Columns kept beside the ticket.")
    workflow: WorkflowNaming
    fallback_group: ShortName = "Imported"

    @model_validator(mode="after")
    def check_time_zone(self) -> Self:
        if not known_time_zone(self.time_zone):
            message = f"time_zone: {self.time_zone!r} is no IANA time zone, such as Europe/Rome"
            raise ValueError(message)
        return self

    def columns(self) -> set[str]:
        """Every column the log must have."""
        sources = [getattr(self.fields, name) for name in type(self.fields).model_fields]
        stamps = [getattr(self.timestamps, name) for name in type(self.timestamps).model_fields]
        named = {
            source.column
            for source in (*sources, *stamps, self.sla)
            if source is not None and getattr(source, "column", None) is not None
        }
        return named | {self.ticket_id.column} | set(self.attributes)


def load_mapping(path: Path) -> HistoryMapping:
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}; name a readable mapping file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise MappingError(f"{path}: not valid YAML ({reason})") from error
    if not isinstance(content, dict):
        raise MappingError(f"{path}: expected keys such as `source` and `ticket_id` at the top level")
    try:
        return HistoryMapping.model_validate(content)
    except ValidationError as error:
        raise MappingError(f"{path}: {describe(error)}") from error


def describe(error: ValidationError) -> str:
    """Name each wrong key as the file spells it, its value and what it should be."""
    found = []
    for problem in error.errors(include_url=False):
        key = ".".join(str(part) for part in problem["loc"]) or "mapping"
        value = problem["input"]
        shown = f" (found {value!r})" if isinstance(value, str | int | float | bool | None) else ""
        found.append(f"{key}: {problem['msg'].removeprefix('Value error, ')}{shown}")
    return "; ".join(found)


def mapping_schema() -> dict[str, Any]:
    """JSON Schema of a mapping file, for editors that complete and check YAML by it."""
    return HistoryMapping.model_json_schema()
