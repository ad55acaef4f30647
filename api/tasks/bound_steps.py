"""Steps as a task's own frozen version names them, whatever became of the working graph since."""

from typing import Any

from sqlalchemy import ColumnElement, cast, func
from sqlalchemy.dialects.postgresql import JSONPATH

from api.workflows.models import WorkflowVersion


def step_name(step_id: Any) -> ColumnElement[str]:
    """Name a step in the version that the query joins."""
    return _node(step_id).op("->>")("label")


def step_role(step_id: Any) -> ColumnElement[str]:
    return _node(step_id).op("->>")("role_name")


def _node(step_id: Any) -> ColumnElement[Any]:
    path = cast("$.nodes[*] ? (@.id == $step)", JSONPATH)
    return func.jsonb_path_query_first(
        WorkflowVersion.definition, path, func.jsonb_build_object("step", step_id)
    )
