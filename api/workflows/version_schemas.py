from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class VersionSummary(BaseModel):
    workflow_id: int
    version: int
    is_active: bool = Field(description="Whether new tickets run on it")
    notes: str
    definition_hash: str
    step_count: int
    transition_count: int
    created_by: int | None
    created_at: datetime


class VersionRead(VersionSummary):
    definition: dict[str, Any] = Field(description="The frozen graph: nodes, edges and metadata")
