from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from api.kit.schemas import BodyId, Duration, RequestModel, RequiredText, Text
from api.workflows.enums import EndLogic, WorkflowStatus

MAX_NODES = 500
MAX_EDGES = 2000


def _key_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _end_logic(value: object) -> object:
    """The empty text is an older spelling of `none`."""
    return EndLogic.NONE if value == "" else value


NodeKey = Annotated[str, BeforeValidator(_key_as_text), Field(min_length=1, max_length=64)]
EndLogicText = Annotated[EndLogic, BeforeValidator(_end_logic)]
RoleReference = BodyId | Annotated[str, Field(min_length=1, max_length=64)]
SeenVersion = Annotated[
    BodyId | None, Field(description="The workflow's version last seen, in place of If-Match")
]
Weight = Annotated[float, Field(strict=True, ge=0, le=99.99)]
Order = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class NodeDesign(BaseModel):
    # Else the text "NaN" would be read as a number, which JSON cannot hold.
    model_config = ConfigDict(strict=True)

    x: float
    y: float


class EdgeDesign(BaseModel):
    source_handle: str = Field(max_length=20)
    target_handle: str = Field(max_length=20)


class NodeCreate(RequestModel):
    temp_id: NodeKey = Field(validation_alias=AliasChoices("temp_id", "id"))
    name: RequiredText = Field(max_length=64)
    role_id: BodyId | None = None
    role: str | None = Field(None, min_length=1, max_length=64, description="Role name, in place of role_id")
    is_start: bool = False
    is_end: bool = False
    weight: Weight = 0.5
    description: Text = Field("", max_length=256)
    instruction: Text = Field("", max_length=10_000)
    escalate_to: RoleReference | None = None
    auto_escalate: bool = Field(
        default=False, description="Whether a breach of the SLA passes the step on to that role"
    )
    design: NodeDesign | None = None
    order: Order | None = None

    @model_validator(mode="after")
    def name_a_role(self) -> Self:
        if self.role_id is None and self.role is None:
            message = f"Step {self.name!r} has no role: give role_id, or role by its name"
            raise ValueError(message)
        return self


class EdgeCreate(RequestModel):
    from_temp_id: NodeKey = Field(validation_alias=AliasChoices("from_temp_id", "from"))
    to_temp_id: NodeKey = Field(validation_alias=AliasChoices("to_temp_id", "to"))
    name: Text = Field("", max_length=64)
    design: EdgeDesign | None = None


class GraphCreate(RequestModel):
    nodes: list[NodeCreate] = Field(default_factory=list, max_length=MAX_NODES)
    edges: list[EdgeCreate] = Field(default_factory=list, max_length=MAX_EDGES)


class WorkflowFields(RequestModel):
    name: RequiredText = Field(max_length=64)
    description: Text = Field("", max_length=256)
    category: RequiredText = Field(max_length=64)
    sub_category: RequiredText = Field(max_length=64)
    department: RequiredText = Field(max_length=64)
    low_sla: Duration | None = None
    medium_sla: Duration | None = None
    high_sla: Duration | None = None
    urgent_sla: Duration | None = None
    end_logic: EndLogicText = EndLogic.NONE
    calendar_id: BodyId | None = Field(None, description="Calendar of the SLAs; null is around the clock")


class FlatWorkflow(WorkflowFields):
    graph: GraphCreate = Field(default_factory=GraphCreate)


class NestedWorkflow(RequestModel):
    workflow: WorkflowFields
    graph: GraphCreate = Field(default_factory=GraphCreate)


class WorkflowCreate(FlatWorkflow):
    """A workflow with its graph: nested as `{workflow, graph}`, or flat with `graph` beside the fields."""

    @model_validator(mode="before")
    @classmethod
    def flatten(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("workflow"), dict):
            return {**value["workflow"], "graph": value.get("graph") or {}}
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell both forms: what `flatten` reads cannot be seen from the fields."""
        told = handler.resolve_ref_schema(handler(core_schema))
        forms = [handler(form.__pydantic_core_schema__) for form in (NestedWorkflow, FlatWorkflow)]
        kept = {"title": told["title"], "description": told["description"]}
        told.clear()
        told |= kept | {"anyOf": forms}
        return told

    @property
    def slas(self) -> dict[str, timedelta | None]:
        return {name: getattr(self, name) for name in ("low_sla", "medium_sla", "high_sla", "urgent_sla")}


class InitializeRequest(RequestModel):
    notes: Text = Field("", max_length=2000)


class WorkflowRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    workflow_id: int
    user_id: int | None
    name: str
    description: str
    category: str
    sub_category: str
    department: str
    low_sla: Duration | None
    medium_sla: Duration | None
    high_sla: Duration | None
    urgent_sla: Duration | None
    calendar_id: int | None
    end_logic: EndLogic
    status: WorkflowStatus
    is_published: bool
    version: int
    active_version: int | None
    has_unpublished_changes: bool
    step_count: int
    open_task_count: int
    created_at: datetime
    updated_at: datetime


class NodeRead(BaseModel):
    step_id: int
    name: str
    role_id: int
    role_name: str
    description: str
    instruction: str
    weight: float
    order: int
    is_start: bool
    is_end: bool
    escalate_to: int | None
    escalate_to_name: str | None
    auto_escalate: bool
    design: dict[str, Any]


class CreatedNodeRead(NodeRead):
    temp_id: str | None = Field(description="The key it was sent under, if it is new")


class EdgeRead(BaseModel):
    transition_id: int
    from_step_id: int
    to_step_id: int
    name: str
    design: dict[str, Any]


class GraphRead(BaseModel):
    nodes: list[NodeRead]
    edges: list[EdgeRead]


class CreatedGraphRead(BaseModel):
    nodes: list[CreatedNodeRead]
    edges: list[EdgeRead]


class WorkflowWithGraph(WorkflowRead):
    graph: GraphRead


class WorkflowDetail(BaseModel):
    workflow: WorkflowRead
    graph: GraphRead


class WorkflowCreated(WorkflowRead):
    graph: CreatedGraphRead
    temp_id_mapping: dict[str, int]


class WorkflowInitialized(BaseModel):
    workflow_id: int
    name: str
    status: WorkflowStatus
    version: int = Field(description="Number of the graph that tickets run on now")
    workflow_version: int = Field(description="What If-Match compares, here and in the ETag")
    created_version: bool
    warnings: list[str]
