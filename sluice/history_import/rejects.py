"""Rows that could not be used, written down as they are met."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from sluice.history_import.errors import RowRejectedError, TooManyRejectsError, UnreadableFileError

_HEADER = ("file", "row_number", "field", "value", "reason")


class Rejects:
    """The rejects file; made with the first reject, so that a clean import leaves none."""

    def __init__(self, path: Path, limit: int) -> None:
        self.path = path
        self.count = 0
        # The tickets concerned; never more of them than rejects are allowed.
        self.ticket_keys: set[str] = set()
        self._limit = limit
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, file: str, row_number: int, error: RowRejectedError) -> None:
        if self._file is None:
            try:
                self._file = self.path.open("w", encoding="utf-8", newline="")
            except OSError as failure:
                raise UnreadableFileError(
                    f"{self.path}: cannot be written ({failure.strerror}); give another path with --rejects"
                ) from failure
            csv.writer(self._file).writerow(_HEADER)
        csv.writer(self._file).writerow((file, row_number, error.field, error.value, error.reason))
        self.count += 1
        if error.ticket_key is not None:
            self.ticket_keys.add(error.ticket_key)
        if self.count > self._limit:
            raise TooManyRejectsError(
                f"more than {self._limit} rows were rejected, so nothing was imported; "
                f"see {self.path}, correct the mapping or the file, or raise --max-rejects"
            )
