from api.kit.errors import DuplicateError, NotFoundError


class CalendarNotFoundError(NotFoundError):
    error = "Calendar not found"


class CalendarNameTakenError(DuplicateError):
    error = "A calendar of this name exists: choose another name"
