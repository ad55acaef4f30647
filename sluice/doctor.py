"""`sluice doctor`: what would keep the desk from running, each with what to do about it."""

import platform
import shutil
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from sluice.database import running_database_url
from sluice.errors import SluiceError
from sluice.settings import StackSettings, prepare_home
from sluice.stack.ports import port_fault
from sluice.stack.services import choose_services
from sluice.stack.session import stack_lock

COMFORTABLE_FREE_BYTES = 2 * 2**30
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    check: str
    ok: bool
    detail: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(settings: StackSettings) -> list[Finding]:
    """Look at everything the stack needs, without starting or changing any of it."""
    checks: list[Callable[[StackSettings], Finding]] = [_python, _home, _disk, _secrets, _database, _schema]
    return [*(check(settings) for check in checks), *_ports(settings)]


def _python(_: StackSettings) -> Finding:
    found = platform.python_version()
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("python", ok=True, detail=found)
    return Finding("python", ok=False, detail=f"{found} is too old: use Python 3.11 or newer")


def _home(settings: StackSettings) -> Finding:
    try:
        prepare_home(settings)
    except SluiceError as error:
        return Finding("home", ok=False, detail=str(error))
    return Finding("home", ok=True, detail=str(settings.home))


def _disk(settings: StackSettings) -> Finding:
    folder = settings.home if settings.home.exists() else settings.home.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding("disk", ok=False, detail=f"{folder} cannot be measured: {error.strerror}")
    detail = f"{free / 2**30:.1f} GB free"
    if free < COMFORTABLE_FREE_BYTES:
        return Finding(
            "disk", ok=False, detail=f"{detail}: make room for {COMFORTABLE_FREE_BYTES // 2**30} GB"
        )
    return Finding("disk", ok=True, detail=detail)


def _secrets(settings: StackSettings) -> Finding:
    path = settings.home / "secrets.json"
    if not path.exists():
        return Finding("secrets", ok=True, detail="made on first use")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding("secrets", ok=False, detail=f"others may read {path}: run chmod 600 on it")
    return Finding("secrets", ok=True, detail=str(path))


def _database(settings: StackSettings) -> Finding:
    url = running_database_url(settings)
    if url is None:
        return Finding("database", ok=True, detail="embedded, not running now")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        return Finding("database", ok=False, detail=f"{reason}: check SLUICE_DATABASE_URL")
    return Finding("database", ok=True, detail=f"PostgreSQL {version} answers")


def _schema(settings: StackSettings) -> Finding:
    from api.migrations.runner import newest_revision  # noqa: PLC0415 - loads Alembic

    url = running_database_url(settings)
    if url is None:
        return Finding("schema", ok=True, detail="migrated at every start")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("select version_num from public.alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        row = None
    except psycopg.Error:
        return Finding("schema", ok=False, detail="unknown while the database cannot be reached")
    found = row[0] if row else "none"
    if found != newest_revision():
        return Finding(
            "schema", ok=False, detail=f"at {found}, not {newest_revision()}: run `sluice migrate`"
        )
    return Finding("schema", ok=True, detail=f"at {found}")


def _ports(settings: StackSettings) -> list[Finding]:
    is_ours = settings.home.is_dir() and not stack_lock(settings.home).is_free()
    findings = []
    for service in choose_services(settings):
        if service.port is None or service.port_setting is None:
            continue
        fault = None if is_ours else port_fault(settings.host, service.port)
        detail = f"{service.port} {fault}: set {service.port_setting}" if fault else str(service.port)
        findings.append(Finding(f"port of {service.name}", ok=fault is None, detail=detail))
    return findings
