"""Why an import stops, each with the exit code a script can tell it by."""

from sluice.errors import SluiceError


class ImportRefusedError(SluiceError):
    """Nothing was written; the message is the one sentence the user reads."""


class MappingError(ImportRefusedError):
    exit_code = 2


class UnreadableFileError(ImportRefusedError):
    exit_code = 2


class TooManyRejectsError(ImportRefusedError):
    exit_code = 4


class RowRejectedError(Exception):
    """One row cannot be used: which field, which value, why."""

    def __init__(self, field: str, value: str, reason: str, ticket_key: str | None = None) -> None:
        super().__init__(reason)
        self.field = field
        self.value = value
        self.reason = reason
        self.ticket_key = ticket_key
