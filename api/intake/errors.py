from api.kit.errors import InvalidStateError, NotFoundError


class TicketNotFoundError(NotFoundError):
    error = "Ticket not found"


class TicketWorkedOnError(InvalidStateError):
    code = "ticket_in_use"
    error = "The ticket is being worked on: reject, withdraw or close it before deleting it"
