"""Where the bytes of attachments lie: a folder, or whatever else fsspec has a package for."""

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem
from starlette.concurrency import run_in_threadpool

from api.kit.errors import UnavailableError
from api.kit.logs import log
from api.settings import ApiSettings

_CHUNK_BYTES = 262_144
_AWAY = "The file store cannot be reached: try again shortly"


@dataclass(frozen=True, slots=True)
class FileStore:
    """Keeps files under keys of ours. What another makes of its calls is hidden: they block, and fail.

    A back end has errors of its own kinds: whichever comes, the store is away.
    """

    system: Any
    root: str

    @classmethod
    def open(cls, settings: ApiSettings) -> "FileStore":
        """Find the store that the settings name; nothing is read or written yet.

        Raises:
            ValueError: the address is of no store, or its package is not installed.
        """
        address = settings.attachments_url or str(settings.home.expanduser().absolute() / "attachments")
        try:
            system, root = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as error:
            message = f"SLUICE_ATTACHMENTS_URL {_without_secrets(address)!r} cannot be used ({error}): "
            message += "install the package of its scheme (s3fs for s3://), or give a folder"
            raise ValueError(message) from None
        return cls(system, root.rstrip("/"))

    async def put(self, file: IO[bytes]) -> str:
        """Write a file and name the new key it lies under.

        Raises:
            UnavailableError: it could not be written; nothing of it is left where that can be helped.
        """
        token = secrets.token_hex(20)
        key = f"{token[:2]}/{token}"
        try:
            await run_in_threadpool(self._write, key, file)
        except Exception as error:
            log.error("file_not_written", storage_key=key, exc_info=error)
            await self.delete(key)
            raise UnavailableError(_AWAY) from error
        return key

    async def read(self, key: str) -> Iterator[bytes]:
        """Open a file and give it out in pieces.

        Raises:
            UnavailableError: it cannot be opened.
        """
        try:
            file = await run_in_threadpool(self.system.open, f"{self.root}/{key}", "rb")
        except Exception as error:
            log.error("file_not_readable", storage_key=key, exc_info=error)
            raise UnavailableError(_AWAY) from error
        return _pieces(file)

    async def delete(self, key: str) -> None:
        """Remove a file if it is there. One that cannot be removed is logged and stays: nobody sees it."""
        try:
            await run_in_threadpool(self.system.rm_file, f"{self.root}/{key}")
        except FileNotFoundError:
            return
        except Exception as error:  # noqa: BLE001 - each back end has its own
            log.warning("file_not_deleted", storage_key=key, error=type(error).__name__)

    def _write(self, key: str, file: IO[bytes]) -> None:
        path = f"{self.root}/{key}"
        is_folder = isinstance(self.system, LocalFileSystem)
        if is_folder:
            Path(self.root).mkdir(mode=0o700, parents=True, exist_ok=True)
            Path(path).parent.mkdir(mode=0o700, exist_ok=True)
        file.seek(0)
        with self.system.open(path, "wb") as target:
            shutil.copyfileobj(file, target, _CHUNK_BYTES)
            target.flush()
            if is_folder:
                # The row that names it will outlive a power cut, so the bytes must.
                os.fsync(target.fileno())


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _without_secrets(address: str) -> str:
    scheme, separator, rest = address.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
