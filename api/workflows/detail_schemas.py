"""Changes of what a workflow is called, takes and promises."""

from typing import Annotated

from pydantic import Field

from api.kit.schemas import AnyCase, BodyId, Duration, RequiredText, Text
from api.workflows.enums import ServiceStatus
from api.workflows.graph_schemas import PartialModel, left_out
from api.workflows.schemas import EndLogicText, SeenVersion


class WorkflowChanges(PartialModel):
    """Any of the fields; those left out stay as they are."""

    name: RequiredText = Field(max_length=64, default_factory=left_out)
    description: Text = Field(max_length=256, default_factory=left_out)
    category: RequiredText = Field(max_length=64, default_factory=left_out)
    sub_category: RequiredText = Field(max_length=64, default_factory=left_out)
    department: RequiredText = Field(max_length=64, default_factory=left_out)
    low_sla: Duration | None = None
    medium_sla: Duration | None = None
    high_sla: Duration | None = None
    urgent_sla: Duration | None = None
    end_logic: EndLogicText = Field(default_factory=left_out)
    calendar_id: BodyId | None = Field(None, description="Calendar of the SLAs; null is around the clock")
    status: Annotated[ServiceStatus, AnyCase] = Field(default_factory=left_out)
    version: SeenVersion = None
