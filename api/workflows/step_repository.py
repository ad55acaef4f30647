"""Steps and transitions of working graphs, with the names shown beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import aliased

from api.identity.models import Role
from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.workflows.graph import Edge, Graph, Node
from api.workflows.models import Step, StepTransition, Workflow

_EscalateTo = aliased(Role)
_From, _To, _Sibling = aliased(Step), aliased(Step), aliased(Step)
_STEP_ORDERINGS = {
    "workflow_id": (Step.workflow_id, Step.sort_order, Step.step_id),
    "order": (Step.sort_order, Step.workflow_id, Step.step_id),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with its names, and which of how many it is in its workflow."""

    step: Step
    workflow_name: str
    workflow_version: int
    role_name: str
    escalate_to_name: str | None
    position: int
    sibling_count: int


@dataclass(frozen=True, slots=True)
class TransitionRow:
    transition: StepTransition
    workflow_version: int
    from_step_name: str
    to_step_name: str


def _step_rows() -> Select[Any]:
    siblings = (
        select(func.count())
        .where(_Sibling.workflow_id == Step.workflow_id, _Sibling.deleted_at.is_(None))
        .correlate(Step)
    )
    earlier = siblings.where(
        tuple_(_Sibling.sort_order, _Sibling.step_id) < tuple_(Step.sort_order, Step.step_id)
    )
    return (
        select(
            Step,
            Workflow.name,
            Workflow.version,
            Role.name,
            _EscalateTo.name,
            earlier.scalar_subquery(),
            siblings.scalar_subquery(),
        )
        .join(Workflow, Workflow.workflow_id == Step.workflow_id)
        .join(Role, Role.role_id == Step.role_id)
        .outerjoin(_EscalateTo, _EscalateTo.role_id == Step.escalate_to_role_id)
        .where(Step.deleted_at.is_(None))
    )


async def find_step(session: Session, step_id: int) -> StepRow | None:
    rows = await session.execute(_step_rows().where(Step.step_id == step_id))
    row = rows.one_or_none()
    return None if row is None else StepRow(*row)


async def list_steps(
    session: Session,
    *,
    workflow_id: int | None,
    role_id: int | None,
    ordering: Ordering,
    page: PageRequest,
) -> tuple[int, list[StepRow]]:
    conditions: list[ColumnElement[bool]] = [Step.deleted_at.is_(None)]
    if workflow_id is not None:
        conditions.append(Step.workflow_id == workflow_id)
    if role_id is not None:
        conditions.append(Step.role_id == role_id)
    count = await session.scalar(select(func.count()).select_from(Step).where(*conditions)) or 0
    page.check(count)
    keys = _STEP_ORDERINGS[ordering.field]
    rows = await session.execute(
        _step_rows()
        .where(*conditions)
        .order_by(*(key.desc() if ordering.descending else key for key in keys))
        .limit(page.size)
        .offset(page.offset)
    )
    return count, [StepRow(*row) for row in rows]


async def workflows_of_steps(session: Session, step_ids: Sequence[int]) -> dict[int, int]:
    """Map each live step among the ids to its workflow."""
    rows = await session.execute(
        select(Step.step_id, Step.workflow_id).where(Step.step_id.in_(step_ids), Step.deleted_at.is_(None))
    )
    return {row.step_id: row.workflow_id for row in rows}


async def workflow_of_transition(session: Session, transition_id: int) -> int | None:
    workflow_id: int | None = await session.scalar(
        select(StepTransition.workflow_id).where(
            StepTransition.transition_id == transition_id, StepTransition.deleted_at.is_(None)
        )
    )
    return workflow_id


def _transition_rows() -> Select[StepTransition, int, str, str]:
    return (
        select(StepTransition, Workflow.version, _From.name, _To.name)
        .join(Workflow, Workflow.workflow_id == StepTransition.workflow_id)
        .join(_From, _From.step_id == StepTransition.from_step_id)
        .join(_To, _To.step_id == StepTransition.to_step_id)
        .where(StepTransition.deleted_at.is_(None))
    )


async def find_transition(session: Session, transition_id: int) -> TransitionRow | None:
    rows = await session.execute(_transition_rows().where(StepTransition.transition_id == transition_id))
    row = rows.one_or_none()
    return None if row is None else TransitionRow(*row)


async def list_transitions(
    session: Session,
    *,
    workflow_id: int | None,
    from_step_id: int | None,
    to_step_id: int | None,
    page: PageRequest,
) -> tuple[int, list[TransitionRow]]:
    conditions: list[ColumnElement[bool]] = [StepTransition.deleted_at.is_(None)]
    wanted = {
        StepTransition.workflow_id: workflow_id,
        StepTransition.from_step_id: from_step_id,
        StepTransition.to_step_id: to_step_id,
    }
    conditions += [column == value for column, value in wanted.items() if value is not None]
    count = await session.scalar(select(func.count()).select_from(StepTransition).where(*conditions)) or 0
    page.check(count)
    rows = await session.execute(
        _transition_rows()
        .where(*conditions)
        .order_by(StepTransition.workflow_id, StepTransition.transition_id)
        .limit(page.size)
        .offset(page.offset)
    )
    return count, [TransitionRow(*row) for row in rows]


async def outline(session: Session, workflow_ids: Sequence[int]) -> Graph:
    """Read only the shape of some workflows' working graphs: what leads where, and from which start."""
    steps = await session.execute(
        select(Step.step_id, Step.is_start).where(
            Step.workflow_id.in_(workflow_ids), Step.deleted_at.is_(None)
        )
    )
    edges = await session.execute(
        select(StepTransition.transition_id, StepTransition.from_step_id, StepTransition.to_step_id).where(
            StepTransition.workflow_id.in_(workflow_ids), StepTransition.deleted_at.is_(None)
        )
    )
    return Graph(
        tuple(Node(step_id=step.step_id, name="", role_id=0, is_start=step.is_start) for step in steps),
        tuple(Edge(*edge) for edge in edges),
    )
