"""Anchors: where the lanes ended at some time, to be kept where the database's owner cannot write."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sluice.audit.chain import LANES, Head
from sluice.errors import SluiceError


class AnchorError(SluiceError):
    """A file that is no anchor, or no longer the one that was printed."""

    exit_code = 2


def root_of(heads: Mapping[int, Head]) -> str:
    """Name all heads by one hash."""
    lines = (f"{head.lane} {head.sequence} {head.hash.hex()}\n" for _, head in sorted(heads.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_anchor(heads: Mapping[int, Head]) -> str:
    anchor = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "root": root_of(heads),
        "lanes": [
            {"lane": head.lane, "sequence": head.sequence, "hash": head.hash.hex()}
            for _, head in sorted(heads.items())
        ],
    }
    return json.dumps(anchor, indent=1)


def read_anchor(path: Path) -> dict[int, Head]:
    """Read what `sluice audit anchor` printed.

    Raises:
        AnchorError: the file cannot be read, is none, names too few lanes, or was changed since.
    """
    try:
        anchor = json.loads(path.read_text(encoding="utf-8"))
        heads = {
            int(lane["lane"]): Head(int(lane["lane"]), int(lane["sequence"]), bytes.fromhex(lane["hash"]))
            for lane in anchor["lanes"]
        }
        root = anchor["root"]
    except OSError as error:
        message = f"the anchor {path} cannot be read: {error.strerror}"
        raise AnchorError(message) from None
    except (ValueError, KeyError, TypeError):
        message = f"{path} is not an anchor: give a file that `sluice audit anchor` printed"
        raise AnchorError(message) from None
    if root != root_of(heads):
        message = f"the anchor {path} was changed after it was printed: its root is not that of its lanes"
        raise AnchorError(message)
    if heads.keys() != set(range(LANES)):
        message = f"the anchor {path} proves nothing of some lanes: it names {len(heads)} of {LANES}"
        raise AnchorError(message)
    return heads
