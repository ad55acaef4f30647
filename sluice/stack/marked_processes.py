"""Finding and ending every process of one stack by a mark that its children inherit.

A process group would not do: Dagster and Streamlit start processes of their own, and one that
makes itself a session leaves its group. The environment it was started with it cannot leave.
"""

import signal
from collections.abc import Iterator

import psutil

MARK = "SLUICE_STACK_MARK"


def find_marked(mark: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except psutil.Error:
            continue


def end_marked(mark: str, *, patience: float) -> None:
    """Ask every marked process to end, and kill what has not ended when patience runs out."""
    asked = list(find_marked(mark))
    _send(asked, signal.SIGTERM)
    psutil.wait_procs(asked, timeout=patience)
    # A process may have been started by one that was just ending: look until none is left.
    while survivors := list(find_marked(mark)):
        _send(survivors, signal.SIGKILL)
        psutil.wait_procs(survivors, timeout=1)


def _send(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.Error:
            continue
