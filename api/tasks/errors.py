from api.kit.errors import ConflictError, ForbiddenError, InvalidStateError, NotFoundError


class TaskNotFoundError(NotFoundError):
    error = "Task not found"


class TaskItemNotFoundError(NotFoundError):
    error = "Task item not found"


class TransitionNotFoundError(NotFoundError):
    error = "Transition not found"


class NotAssigneeError(ForbiddenError):
    code = "not_assignee"
    error = "You hold no open item at the task's current step"


class TaskClosedError(InvalidStateError):
    code = "task_closed"
    error = "The task is completed or cancelled: nothing more can be done to it"


class TaskOnHoldError(InvalidStateError):
    code = "task_on_hold"
    error = "The task is on hold: resume it first"


class MoveNotAllowedError(ConflictError):
    code = "invalid_transition"
