from api.kit.errors import ConflictError, InvalidStateError, NotFoundError


class TicketNotFoundError(NotFoundError):
    error = "Ticket not found"


class TicketWorkedOnError(InvalidStateError):
    code = "ticket_in_use"
    error = "The ticket is being worked on: reject, withdraw or close it before deleting it"


class FileNotKnownError(NotFoundError):
    error = "Attachment not found"


class TooManyFilesError(ConflictError):
    code = "too_many_files"
    error = "The ticket has as many files as it may"
