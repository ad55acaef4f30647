"""The processes of the stack as data: what each is called, how it is started, how it is asked for."""

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sluice.errors import SettingError
from sluice.parts import PARTS
from sluice.settings import StackSettings
from sluice.unix_sockets import socket_folder

CODE_SOCKET = "dagster-code.sock"


@dataclass(frozen=True)
class Service:
    """One process. A `part` is what the user chooses, and may need more than one process.

    `after` names the process that must be well before this one is started.
    """

    name: str
    part: str
    command: tuple[str, ...]
    port: int | None = None
    port_setting: str | None = None
    health_url: str | None = None
    health_socket: Path | None = None
    address: str | None = None
    cwd: Path | None = None
    after: str | None = None


def choose_services(settings: StackSettings, parts: Collection[str] = PARTS) -> list[Service]:
    """Describe the processes of the named parts, in the order in which they are started."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        message = (
            f"--only names {unknown[0]!r}, which is no part of the stack: choose from {', '.join(PARTS)}"
        )
        raise SettingError(message)
    every = [
        _web_service(settings, "workflow-api", "api", "api.main:create_workflow_api", "api_port"),
        _web_service(settings, "ticket-service", "tickets", "api.main:create_ticket_service", "tickets_port"),
        _worker(settings),
        _dashboards(settings),
        _docs(settings),
        *_dagster(settings),
    ]
    return [service for service in every if service.part in parts]


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _web_service(settings: StackSettings, name: str, part: str, factory: str, setting: str) -> Service:
    port: int = getattr(settings, setting)
    address = f"http://{settings.reachable_host}:{port}"
    # Whoever connects could claim any address: only a proxy that the variable names is believed.
    proxies = () if "FORWARDED_ALLOW_IPS" in os.environ else ("--no-proxy-headers",)
    return Service(
        name=name,
        part=part,
        command=_python(
            "uvicorn", "--factory", factory, "--host", settings.host, "--port", str(port),
            "--no-access-log", "--log-level", settings.log_level.lower(), "--timeout-graceful-shutdown", "8",
            *proxies,
        ),
        port=port,
        port_setting=f"SLUICE_{setting.upper()}",
        health_url=f"{address}/readyz",
        address=f"{address}/",
    )  # fmt: skip


def _worker(settings: StackSettings) -> Service:
    address = f"http://{settings.reachable_host}:{settings.worker_port}/readyz"
    return Service(
        name="worker",
        part="worker",
        command=_python("api.worker"),
        port=settings.worker_port,
        port_setting="SLUICE_WORKER_PORT",
        health_url=address,
        address=address,
    )


def code_socket(settings: StackSettings) -> Path:
    return socket_folder(settings.dagster_home, CODE_SOCKET) / CODE_SOCKET


def _dagster(settings: StackSettings) -> list[Service]:
    """The pipeline's code is loaded once, in a server that the webserver and the daemon both ask."""
    address = f"http://{settings.reachable_host}:{settings.dagster_port}"
    workspace = str(settings.dagster_home / "workspace.yaml")
    return [
        Service(
            name="dagster-code",
            part="dagster",
            command=_python(
                "pipelines.code_server", "--module-name", "pipelines.definitions", "--attribute", "defs",
                "--socket", str(code_socket(settings)), "--use-python-environment-entry-point",
                "--location-name", "sluice",
            ),
            health_socket=code_socket(settings),
        ),
        Service(
            name="dagster-daemon",
            part="dagster",
            command=_python("dagster._daemon", "run", "--workspace", workspace),
            after="dagster-code",
        ),
        Service(
            name="dagster-webserver",
            part="dagster",
            command=_python(
                "dagster_webserver", "--workspace", workspace,
                "--host", settings.host, "--port", str(settings.dagster_port),
            ),
            port=settings.dagster_port,
            port_setting="SLUICE_DAGSTER_PORT",
            health_url=f"{address}/server_info",
            address=f"{address}/",
            after="dagster-code",
        ),
    ]  # fmt: skip


def _dashboards(settings: StackSettings) -> Service:
    folder = _package_folder("dashboards")
    address = f"http://{settings.reachable_host}:{settings.dashboards_port}"
    return Service(
        name="dashboards",
        part="dashboards",
        command=_python(
            "streamlit", "run", str(folder / "server.py"),
            "--server.address", settings.host, "--server.port", str(settings.dashboards_port),
            "--server.headless", "true", "--server.fileWatcherType", "none",
            "--browser.gatherUsageStats", "false",
        ),
        port=settings.dashboards_port,
        port_setting="SLUICE_DASHBOARDS_PORT",
        health_url=f"{address}/_stcore/health",
        address=f"{address}/",
        # Streamlit reads its theme from the folder it is started in.
        cwd=folder,
    )  # fmt: skip


def _docs(settings: StackSettings) -> Service:
    address = f"http://{settings.reachable_host}:{settings.docs_port}"
    return Service(
        name="docs",
        part="docs",
        command=_python(
            "sluice.stack.static_site", settings.host, str(settings.docs_port), str(settings.docs)
        ),
        port=settings.docs_port,
        port_setting="SLUICE_DOCS_PORT",
        health_url=f"{address}/healthz",
        address=f"{address}/",
    )


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        message = f"the package {package} is not installed: run `make install`"
        raise SettingError(message)
    return Path(spec.origin).parent
