"""schemathesis, all checks, against the served document: no 5xx, nothing undocumented, no broken schema."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.api.insights.desk import random_desk
from tests.api.insights.publishing import Publication
from tests.contracts.world import World

CONFIG = Path(__file__).parent / "schemathesis.toml"
# A longer run: SLUICE_FUZZ_EXAMPLES=500 pytest tests/contracts/test_fuzzing.py
EXAMPLES = int(os.environ.get("SLUICE_FUZZ_EXAMPLES", "5"))


# The agent first: what an admin leaves behind takes no tickets in.
@pytest.mark.parametrize("who", ["agent", "admin"])
def test_the_services_keep_to_their_document(world: World, who: str, tmp_path: Path) -> None:
    world.new_completed_task()
    world.new_repair()
    with psycopg.connect(world.desk.database_url) as connection:
        Publication(connection, random_desk(60, seed=7)).publish()
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(CONFIG)),
        *("run", f"{world.client.base_url}/openapi.json"),
        *("--header", f"Authorization: {world.headers[who]['Authorization']}"),
        *("--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "7", "--no-shrink"),
        # Sessions would end for good; the calls of the other service have a token of their own.
        *("--exclude-tag", "auth", "--exclude-tag", "internal"),
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2000:]
