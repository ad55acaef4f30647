"""What was done to a task, by whom: its assignments, and every event in order."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping

from api.kit.db import Session
from api.tasks import histories, task_rows
from api.tasks.enums import TaskEventKind
from api.tasks.models import TaskEvent
from api.tasks.read_schemas import ActionLogs, TaskAction, TaskItemRead, TicketOwner
from api.workflows.graph import read_definition


async def read_action_logs(session: Session, task_id: int) -> ActionLogs:
    """Tell a task's past, oldest first.

    Raises:
        TaskNotFoundError: there is none of this id, or it was deleted.
    """
    task = await histories.get_bound_task(session, task_id)
    events = await histories.list_events(session, task_id)
    items = await task_rows.list_items_of_tasks(session, [task_id], only_open=False)
    actors = {event.actor_user_id for event in events if event.actor_user_id is not None}
    names = await histories.names_of_staff(session, sorted(actors)) if actors else {}
    steps = {node.step_id: node.name for node in read_definition(task["definition"]).nodes}
    return ActionLogs(
        task_id=task_id,
        ticket_id=task["ticket_number"],
        workflow_id=task["workflow_id"],
        ticket_owner=_owner(task, events),
        logs=[TaskItemRead.model_validate(item) for item in items],
        actions=[_action(event, names, steps) for event in events],
    )


def _owner(task: RowMapping, events: Sequence[TaskEvent]) -> TicketOwner | None:
    if task["owner_id"] is None:
        return None
    changes = [event.occurred_at for event in events if event.kind == TaskEventKind.OWNER_CHANGED]
    return TicketOwner(
        user_id=task["owner_id"],
        user_full_name=task["owner_name"],
        role=task["owner_role"],
        department=task["owner_department"],
        assigned_at=max(changes, default=task["created_at"]),
    )


def _action(event: TaskEvent, names: Mapping[int, str], steps: Mapping[int, str]) -> TaskAction:
    return TaskAction(
        at=event.occurred_at,
        actor_user_id=event.actor_user_id,
        actor_name=names.get(event.actor_user_id or 0),
        action=TaskEventKind(event.kind),
        from_step=steps.get(event.from_step_id or 0),
        to_step=steps.get(event.to_step_id or 0),
        task_item_id=event.task_item_id,
        notes=event.note,
    )
