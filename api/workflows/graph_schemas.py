"""A set of changes to a working graph, in either spelling of its keys."""

import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import AliasChoices, Field, model_validator

from api.kit.schemas import BodyId, RequestModel, RequiredText, Text
from api.workflows.schemas import (
    MAX_EDGES,
    MAX_NODES,
    EdgeDesign,
    NodeDesign,
    NodeKey,
    Order,
    RoleReference,
    SeenVersion,
    Weight,
)

_STORED_ID = re.compile(r"[0-9]{1,18}")


def left_out() -> Any:
    """Stand in for a field that was not sent; `null` is another thing, and refused where nothing clears."""
    return None


class PartialModel(RequestModel):
    """A change that names only some fields; those it does not name stay as they are."""

    def given(self, *fields: str) -> dict[str, Any]:
        return {field: getattr(self, field) for field in fields if field in self.model_fields_set}


def _split_key(value: Mapping[str, Any], older: str, stored: str, new: str) -> dict[str, Any]:
    """Read a key of the older spelling: a number names what is stored, any other text what is new."""
    fields = dict(value)
    key = fields.get(older)
    if key is None or stored in fields or new in fields:
        return fields
    if isinstance(key, str) and _STORED_ID.fullmatch(key):
        key = int(key)
    return {**fields, (new if isinstance(key, str) else stored): key}


class StepFields(PartialModel):
    """What can be said of a step, new or not."""

    name: RequiredText = Field(
        max_length=64, validation_alias=AliasChoices("name", "label"), default_factory=left_out
    )
    role_id: BodyId = Field(default_factory=left_out)
    role: str = Field(
        min_length=1,
        max_length=64,
        description="Role name, in place of role_id",
        default_factory=left_out,
    )
    escalate_to: RoleReference | None = Field(None, description="Role id or name; null for none")
    auto_escalate: bool = Field(
        default_factory=left_out, description="Whether a breach of the SLA passes the step on to that role"
    )
    description: Text = Field(max_length=256, default_factory=left_out)
    instruction: Text = Field(max_length=10_000, default_factory=left_out)
    weight: Weight = Field(default_factory=left_out)
    order: Order = Field(default_factory=left_out)
    is_start: bool = Field(default_factory=left_out)
    is_end: bool = Field(default_factory=left_out)
    design: NodeDesign = Field(default_factory=left_out)

    @property
    def role_reference(self) -> tuple[str, int | str] | None:
        """The field that names the role, and what it says."""
        for field in ("role_id", "role"):
            if field in self.model_fields_set:
                return field, getattr(self, field)
        return None


class NodeChange(StepFields):
    """A node to add (`temp_id`), to change or to delete (`step_id`)."""

    step_id: BodyId | None = None
    temp_id: NodeKey | None = Field(None, description="Names a new node, or renames a stored one, for edges")
    to_delete: bool = False

    @model_validator(mode="before")
    @classmethod
    def read_older_key(cls, value: Any) -> Any:
        return _split_key(value, "id", "step_id", "temp_id") if isinstance(value, dict) else value

    @model_validator(mode="after")
    def be_identified(self) -> Self:
        if self.step_id is None and self.temp_id is None:
            message = "Give step_id for a stored node or temp_id for a new one"
            raise ValueError(message)
        return self


class EdgeChange(PartialModel):
    """An edge to add, to change or to delete (`transition_id`)."""

    transition_id: BodyId | None = None
    from_step_id: BodyId | None = None
    from_temp_id: NodeKey | None = None
    to_step_id: BodyId | None = None
    to_temp_id: NodeKey | None = None
    name: Text = Field(max_length=64, default_factory=left_out)
    design: EdgeDesign = Field(default_factory=left_out)
    to_delete: bool = False

    @model_validator(mode="before")
    @classmethod
    def read_older_keys(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        fields = _split_key(value, "id", "transition_id", "temp_id")
        fields = _split_key(fields, "from", "from_step_id", "from_temp_id")
        return _split_key(fields, "to", "to_step_id", "to_temp_id")


class GraphUpdate(RequestModel):
    nodes: list[NodeChange] = Field(default_factory=list, max_length=MAX_NODES)
    edges: list[EdgeChange] = Field(default_factory=list, max_length=MAX_EDGES)
    version: SeenVersion = None
