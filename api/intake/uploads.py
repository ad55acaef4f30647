"""From the body of an upload to bytes in the store: looked at whole before anything of it counts."""

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.intake import file_repository
from api.intake.file_names import clean_name, shorten_name
from api.intake.file_store import FileStore
from api.intake.file_types import ENDINGS, TEXT, fit_name, media_type_of
from api.kit.db import Database
from api.kit.errors import BodyTooLargeError, ValidationFailedError
from api.kit.logs import log
from api.settings import ApiSettings

UPLOAD_PATH = re.compile(r"/tickets/[^/]+/attachments/")
_FIELD = "file"
_PIECE_BYTES = 262_144
_NOT_ONE_FILE = "The body is not multipart/form-data with one file in its field `file`: send it as such"


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file whose bytes lie in the store already, and which no ticket has yet."""

    storage_key: str
    file_name: str
    file_type: str
    file_size: int
    sha256: str

    @property
    def digest(self) -> str:
        """Stand for the body of its request: the same file under the same name is the same."""
        return hashlib.sha256(f"{self.sha256} {self.file_name}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class UploadRules:
    """Which files are taken."""

    most_bytes: int
    types: frozenset[str]

    @classmethod
    def of(cls, settings: ApiSettings) -> "UploadRules":
        """Read the rules off the settings.

        Raises:
            ValueError: a type is named that cannot be told, or is never accepted.
        """
        types = frozenset(settings.attachment_types or ENDINGS)
        if unknown := sorted(types - ENDINGS.keys()):
            message = f"SLUICE_ATTACHMENT_TYPES names {unknown[0]!r}, which cannot be accepted: "
            message += f"use some of {', '.join(sorted(ENDINGS))}"
            raise ValueError(message)
        return cls(settings.attachment_max_bytes, types)

    def judge(self, file: IO[bytes], name: str) -> tuple[str, int, str]:
        """Tell type, size and SHA-256 of a file.

        Raises:
            ValidationFailedError: it is empty or of a type not accepted.
            BodyTooLargeError: it is larger than allowed.
        """
        size = file.seek(0, 2)
        if size == 0:
            raise ValidationFailedError.of(_FIELD, f"{name!r} is empty: send a file with content")
        if size > self.most_bytes:
            message = f"The file is larger than {self.most_bytes} bytes: send a smaller one"
            raise BodyTooLargeError(message)
        media_type = media_type_of(file)
        if media_type is None or media_type not in self.types:
            raise ValidationFailedError.of(_FIELD, self._refusal(name, media_type))
        return media_type, size, _sha256_of(file)

    def _refusal(self, name: str, media_type: str | None) -> str:
        found = f"is {media_type}" if media_type else "is of no type that is known and harmless"
        accepted = sorted(ending for kind in self.types for ending in ENDINGS[kind])
        note = "; text has to be UTF-8" if TEXT in self.types else ""
        return f"{name!r} by its content {found}: send one of {', '.join(accepted)}{note}"


@asynccontextmanager
async def receive(
    request: Request, rules: UploadRules, store: FileStore, database: Database
) -> AsyncIterator[ReceivedFile]:
    """Take in the file of a request; at the end of the block it is removed unless a row names it.

    Raises:
        ValidationFailedError: the body is not one file, or the file cannot be accepted.
        BodyTooLargeError: it is larger than allowed.
        UnavailableError: the store is away.
    """
    received = await _receive(request, rules, store)
    try:
        yield received
    finally:
        await _discard_unless_recorded(database, store, received.storage_key)


async def _receive(request: Request, rules: UploadRules, store: FileStore) -> ReceivedFile:
    try:
        form = await request.form(max_files=1, max_fields=0)
    except HTTPException as error:
        raise ValidationFailedError.of(_FIELD, _NOT_ONE_FILE) from error
    try:
        upload = form.get(_FIELD)
        if not isinstance(upload, UploadFile):
            raise ValidationFailedError.of(_FIELD, _NOT_ONE_FILE)
        name = shorten_name(clean_name(upload.filename or ""))
        media_type, size, sha256 = await run_in_threadpool(rules.judge, upload.file, name)
        name = shorten_name(fit_name(name, media_type))
        return ReceivedFile(await store.put(upload.file), name, media_type, size, sha256)
    finally:
        await form.close()


def _sha256_of(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


async def _discard_unless_recorded(database: Database, store: FileStore, storage_key: str) -> None:
    """Ask for the row rather than trust how the request ended: a commit may break off and still hold."""
    try:
        async with database.read_sessions() as session:
            is_recorded = await file_repository.is_recorded(session, storage_key)
    except Exception as error:  # noqa: BLE001 - whatever it is, the refusal at hand is told, not this
        log.warning("upload_not_settled", storage_key=storage_key, error=type(error).__name__)
        return
    if not is_recorded:
        await store.delete(storage_key)
