"""`python -m sluice.postgres_keeper HOME`: stops the embedded server after its last user has gone."""

import os
import signal
import sys
from pathlib import Path

from sluice.embedded_postgres import EmbeddedPostgres


def main() -> None:
    # Whoever starts the server does not wait for its keeper, which outlives it where others stay.
    if os.fork():
        return
    os.setsid()
    # A signal sent to everything at once must not leave the server without its keeper.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    EmbeddedPostgres(Path(sys.argv[1])).stop_after_last_user()


if __name__ == "__main__":
    main()
