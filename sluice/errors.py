"""What a command tells its user when it cannot do what was asked: one sentence and an exit code."""


class SluiceError(Exception):
    """A failure the user can act on; its text is the one sentence they are shown."""

    exit_code = 1


class SettingError(SluiceError):
    """A setting is missing or has a value nothing can be done with."""

    exit_code = 2


class DatabaseError(SluiceError):
    """The database cannot be started, reached or used."""


class StackError(SluiceError):
    """The process stack cannot start, or a part of it cannot stay up."""
