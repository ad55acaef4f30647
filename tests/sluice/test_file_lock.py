import subprocess
import sys
from pathlib import Path

from sluice.file_lock import FileLock

HOLD = """
import sys
from pathlib import Path
from sluice.file_lock import FileLock
lock = FileLock(Path(sys.argv[1]))
assert lock.try_exclusive()
print("held", flush=True)
sys.stdin.read()
"""


def test_shared_holders_keep_the_exclusive_one_out(tmp_path: Path) -> None:
    first, second, alone = (FileLock(tmp_path / "lock") for _ in range(3))
    assert first.acquire_shared(timeout=0)
    assert second.acquire_shared(timeout=0)
    assert not alone.acquire_exclusive(timeout=0)
    first.release()
    second.release()
    assert alone.acquire_exclusive(timeout=0)
    assert not first.is_free()
    alone.release()
    assert first.is_free()


def test_a_killed_holder_leaves_the_lock_free(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not lock.try_exclusive()
        holder.kill()
        holder.wait()
        assert lock.try_exclusive()
    lock.release()
