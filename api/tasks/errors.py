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


class NotConcernedError(ForbiddenError):
    code = "not_concerned"
    error = "Only the task's assignee, its owner or an admin may do this"


class NotOwnerError(ForbiddenError):
    code = "not_owner"
    error = "Only the owner of the ticket may hand it on"


class ItemClosedError(InvalidStateError):
    """The assignment has ended, or is not the one that the task waits for."""


class AlreadyEscalatedError(InvalidStateError):
    code = "already_escalated"


class OpenTaskExistsError(ConflictError):
    code = "task_open"
    error = "The ticket has an open task: finish, cancel or delete that one first"


class TicketAllocatedError(ConflictError):
    code = "ticket_allocated"
    error = "The ticket has its task: assign only tickets that wait unassigned"


class TicketDoneError(InvalidStateError):
    code = "ticket_done"


class NoOtherCoordinatorError(InvalidStateError):
    code = "no_other_coordinator"
    error = "No other ticket coordinator is active: add one to the role first"


class TicketNotFoundError(NotFoundError):
    error = "Ticket not found"
