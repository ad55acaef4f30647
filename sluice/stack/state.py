"""What the running stack tells other commands, in `stack.json`: who supervises it, which process is which."""

import os
from collections.abc import Mapping
from pathlib import Path

import psutil
from pydantic import BaseModel, ValidationError


class StackState(BaseModel):
    pid: int
    started: float
    processes: dict[str, int | None]

    @classmethod
    def of_this_process(cls, processes: Mapping[str, int | None]) -> "StackState":
        return cls(pid=os.getpid(), started=psutil.Process().create_time(), processes=dict(processes))

    @property
    def is_alive(self) -> bool:
        """Whether the supervisor lives; its number alone could have gone to another process."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.started) < 1
        except psutil.Error:
            return False


def read_state(home: Path) -> StackState | None:
    try:
        return StackState.model_validate_json(_path(home).read_bytes())
    except (OSError, ValidationError):
        return None


def write_state(home: Path, state: StackState) -> None:
    """Replace the file so that a reader sees the old state or the new one."""
    draft = _path(home).with_suffix(".draft")
    draft.write_text(state.model_dump_json(), encoding="utf-8")
    draft.replace(_path(home))


def forget_state(home: Path) -> None:
    _path(home).unlink(missing_ok=True)


def _path(home: Path) -> Path:
    return home / "stack.json"
