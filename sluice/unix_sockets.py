"""Folders for Unix sockets, whose names the system allows only 107 bytes."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 107


def socket_folder(wanted: Path, socket_name: str) -> Path:
    """Give the wanted folder, or a private one under a short path where its name is too long."""
    if len(os.fsencode(wanted / socket_name)) <= LONGEST_SOCKET_PATH:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"sluice-{digest}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    return folder
