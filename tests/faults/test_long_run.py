import tempfile
from pathlib import Path

from tests.faults.catalogue.workbench import Workbench
from tests.faults.long_run import run_long


def test_increments_of_random_days_are_the_whole() -> None:
    # A short path, because a socket's name may have 107 bytes at the most.
    with (
        tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder,
        Workbench(Path(folder)) as bench,
    ):
        verdict = run_long(bench, days=20, seed=3)

    assert verdict.differing == {}
    assert (verdict.days, verdict.publications >= 3, verdict.rows > 1_000) == (20, True, True)
