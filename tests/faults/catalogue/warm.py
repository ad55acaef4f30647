"""A process that has loaded the pipeline, and forks one for each `sluice` command that it is told.

To load takes longer than most runs do. Each line of standard input is a command; the answer is the id of
its process, which leaves what it said and its exit status in files.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

import pipelines.quality.data_docs
import pipelines.quality.validation  # noqa: F401 - as above, what a run would import itself
from pipelines.definitions import defs
from sluice.cli import main
from sluice.pipeline_commands import enter_stack_environment
from sluice.settings import load_settings
from tests.faults.catalogue.workbench import JOB, READY

INTERRUPTED = 130


def serve() -> None:
    """Fork for each line until there are no more."""
    # Nobody here waits for those that are forked.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _say(READY)
    for line in sys.stdin:
        asked = json.loads(line)
        forked = os.fork()
        if not forked:
            _run(asked)
        _say(str(forked))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _run(asked: Mapping[str, Any]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.update(asked["environment"])
    said = os.open(asked["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    Path(asked["status"]).write_text(str(_status(asked["arguments"])), encoding="utf-8")
    os._exit(0)


def _status(arguments: list[str]) -> int:
    sys.argv = ["sluice", *arguments]
    try:
        if arguments[0] == JOB:
            return _run_job(arguments[1])
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _run_job(name: str) -> int:
    enter_stack_environment(load_settings())
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(name).execute_in_process(instance=instance, raise_on_error=False)
    for event in result.all_events:
        if event.is_step_failure:
            _say(f"{event.step_key}: {event.step_failure_data.error_display_string}")
    return int(not result.success)


if __name__ == "__main__":
    serve()
