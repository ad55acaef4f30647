"""How sending can fail, the same for every channel."""

from datetime import timedelta

LONGEST_PROBLEM = 500


def in_one_line(words: str) -> str:
    """Make what a server answered fit to be shown: printable, on one line, cut."""
    printable = "".join(character if character.isprintable() else " " for character in words)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST_PROBLEM else f"{line[: LONGEST_PROBLEM - 1]}…"


class SendingFailed(Exception):  # noqa: N818 - an outcome, told apart from refusals
    """It may go better later; not before `retry_after`, where the receiver named a time."""

    def __init__(self, problem: str, *, retry_after: timedelta | None = None) -> None:
        self.problem = in_one_line(problem)
        self.retry_after = retry_after
        super().__init__(self.problem)


class SendingRefused(Exception):  # noqa: N818 - an outcome, told apart from failures worth repeating
    """The same message will be refused for ever."""

    def __init__(self, problem: str) -> None:
        self.problem = in_one_line(problem)
        super().__init__(self.problem)
