"""Lists of assignments: whose, in which order, how many; one or two statements at any size of the desk."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam

from api.kit.db import Session
from api.kit.pagination import Ordering, PageRequest
from api.tasks import assignment_queries
from api.tasks.assignment_queries import Cut
from api.tasks.assignment_rows import assignment_columns
from api.tasks.errors import TaskItemNotFoundError
from api.tasks.filters import AssignmentFilters
from api.tasks.models import TaskItem
from api.tasks.read_schemas import AssignmentRow


@cache
def _one() -> Select[*tuple[Any, ...]]:
    return assignment_columns().where(TaskItem.task_item_id == bindparam("task_item_id"))


async def read_assignment(session: Session, task_item_id: int, *, now: datetime) -> AssignmentRow:
    """Read one assignment as the lists show it.

    Raises:
        TaskItemNotFoundError: there is none of this id, or its task was deleted.
    """
    rows = await session.execute(_one(), {"task_item_id": task_item_id, "now": now})
    row = rows.mappings().one_or_none()
    if row is None:
        raise TaskItemNotFoundError
    return AssignmentRow.model_validate(row)


async def list_assignments(
    session: Session, filters: AssignmentFilters, ordering: Ordering, page: PageRequest, *, now: datetime
) -> tuple[int, list[dict[str, Any]]]:
    """Count the assignments that match, and read those of one page."""
    values = assignment_queries.parameters_of(filters)
    asked = frozenset(values)
    cut = Cut(page.size, is_first=page.number == 1, descending=ordering.descending)
    connection = await session.connection()
    values["now"] = now
    count = 0
    if not cut.is_first:
        count = int(await connection.scalar(assignment_queries.counting(asked), values) or 0)
        page.check(count)
        values |= {"size": page.size, "offset": page.offset, "reach": page.offset + page.size}
    found = await connection.execute(assignment_queries.page_of(asked, cut), values)
    names = tuple(found.keys())
    rows = [dict(zip(names, row, strict=True)) for row in found]
    if cut.is_first and rows:
        count = int(rows[0]["matches"])
    return count, rows
