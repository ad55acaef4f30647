"""`python -m sluice.stack.guardian MARK`: ends the stack's processes when its supervisor is gone.

It reads a pipe whose other end only the supervisor holds: the pipe closes when the supervisor ends,
by `kill -9` too. It also inherits the stack's lock, so that the next start waits for it.
"""

import signal
import sys

from sluice.stack.marked_processes import end_marked

PATIENCE_SECONDS = 5


def main() -> None:
    # A signal sent to the whole terminal is the supervisor's to act on.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_marked(sys.argv[1], patience=PATIENCE_SECONDS)


if __name__ == "__main__":
    main()
