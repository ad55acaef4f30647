"""Steps and transitions of working graphs, each by itself."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.kit.schemas import BodyId, Duration, RequestModel, RequiredText, Text
from api.workflows.graph_schemas import StepFields
from api.workflows.schemas import MAX_NODES, EdgeDesign, SeenVersion, Weight


class StepCreate(StepFields):
    workflow_id: BodyId
    name: RequiredText = Field(max_length=64)
    version: SeenVersion = None


class StepUpdate(StepFields):
    """Any of the fields; those left out stay as they are."""

    workflow_id: BodyId | None = Field(None, description="A step cannot move: if given, its own workflow")
    version: SeenVersion = None


class StepRead(BaseModel):
    step_id: int
    workflow_id: int
    workflow_name: str
    workflow_version: int = Field(description="What If-Match compares, here and in the ETag")
    name: str
    description: str
    instruction: str
    role_id: int
    role_name: str
    escalate_to: int | None
    escalate_to_name: str | None
    auto_escalate: bool
    weight: float
    order: int
    is_start: bool
    is_end: bool
    design: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class TransitionCreate(RequestModel):
    from_step_id: BodyId
    to_step_id: BodyId
    name: Text = Field("", max_length=64)
    design: EdgeDesign | None = None
    version: SeenVersion = None


class TransitionRead(BaseModel):
    transition_id: int
    workflow_id: int
    workflow_version: int = Field(description="What If-Match compares, here and in the ETag")
    from_step_id: int
    from_step_name: str
    to_step_id: int
    to_step_name: str
    name: str
    design: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class StepWeight(RequestModel):
    step_id: BodyId
    weight: Weight


class WeightsUpdate(RequestModel):
    steps: Annotated[list[StepWeight], Field(min_length=1, max_length=MAX_NODES)]
    version: SeenVersion = None


class StepWeightRead(BaseModel):
    step_id: int
    name: str
    role_id: int
    role_name: str
    order: int
    weight: float
    share: float = Field(description="Part of the task's time that the step is given, 0 to 1")


class WeightsRead(BaseModel):
    workflow_id: int
    workflow_name: str
    workflow_version: int = Field(description="What If-Match compares, here and in the ETag")
    low_sla: Duration | None
    medium_sla: Duration | None
    high_sla: Duration | None
    urgent_sla: Duration | None
    total_weight: float
    steps: list[StepWeightRead]
