"""What the sender calls a file, made safe to show and to save under."""

import re
import unicodedata
from pathlib import PurePath
from urllib.parse import quote

LONGEST_NAME = 255
# Control and format characters, those that turn the reading direction among them, and line separators.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_NAMELESS = "file"


def clean_name(told: str) -> str:
    """Keep the last part of a path, without what cannot be seen or would pass for something else."""
    last = re.split(r"[/\\]", told)[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter) not in _UNSEEN)
    return unicodedata.normalize("NFC", seen).strip(" .") or _NAMELESS


def shorten_name(name: str) -> str:
    """Cut a name to the longest allowed, before its ending."""
    ending = PurePath(name).suffix
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - len(ending)]}{ending}"


def disposition_of(name: str) -> str:
    """Tell a browser to save a file and never to show it (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
