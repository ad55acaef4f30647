"""Dagster's code server, whose runs begin where the pipeline is loaded already.

Dagster starts the process of a run anew and has it import everything, which takes longer than a publication
with few changes. Here it is forked from a process that has done so; that one holds no thread, connection or
lock, which is what makes a fork safe.

    python -m pipelines.code_server --module-name pipelines.definitions --attribute defs --port 4000
"""

import multiprocessing
from multiprocessing import forkserver
from typing import Any

from dagster._cli.api import grpc_command
from dagster._grpc import server

PRELOADED = ["dagster._grpc.impl", "pipelines.definitions", "pipelines.quality.validation"]


def warm_context(*others: str) -> multiprocessing.context.ForkServerContext:
    """Start to load the pipeline in a process of its own, from which those of the context are forked.

    Args:
        others: Modules to load as well.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*PRELOADED, *others])
    forkserver.ensure_running()
    return context


class WarmApiServer(server.DagsterApiServer):
    """Dagster has no setting for how the process of a run is started."""

    def __init__(self, *args: Any, **options: Any) -> None:
        # First, so that it loads while this process does.
        context = warm_context()
        super().__init__(*args, **options)
        self._mp_ctx = context


def main() -> None:
    server.DagsterApiServer = WarmApiServer  # type: ignore[misc] # the command below takes it from there
    grpc_command()


if __name__ == "__main__":
    main()
