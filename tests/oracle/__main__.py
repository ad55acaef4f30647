"""Ask every endpoint of the read side with as many random sets of filters as wanted.

Three desks are published and asked: a simulated one and two public logs. The test suite does the same with
fewer sets. SLUICE_TEST_PUBLISHED_DESK, _HELP_DESK and _INCIDENTS name desks that are published already.

    python -m tests.oracle --filters 100
    python -m tests.oracle --filters 100 --only "IncidentLog and tasks"
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from tests.conftest import PROJECT
from tests.oracle.questions import SETS_ASKED


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--filters", type=int, default=100, help="sets per endpoint (default: 100)")
    parser.add_argument("--only", default="", help="which desks and endpoints, as pytest's -k selects")
    options = parser.parse_args(arguments)
    command = [sys.executable, "-m", "pytest", "tests/oracle", "-v", "--durations=0", "-k", options.only]
    asked = os.environ | {SETS_ASKED: str(options.filters)}
    return subprocess.run(command, cwd=PROJECT, env=asked, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
