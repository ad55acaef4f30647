"""Settings of the command line and the process stack: `SLUICE_*` variables or `.env`."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from sluice.errors import SettingError

LEAST_FREE_BYTES = 256 * 2**20

Port = Annotated[int, Field(ge=1, le=65535)]


def absolute(path: Path) -> Path:
    return path.expanduser().absolute()


class StackSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="SLUICE_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    home: Annotated[Path, AfterValidator(absolute)] = Field(default=Path(".sluice"), validate_default=True)
    env: str = "development"
    database_url: str | None = None
    read_database_url: str | None = None
    host: str = "127.0.0.1"
    api_port: Port = 8002
    tickets_port: Port = 8004
    worker_port: Port = 8005
    dagster_port: Port = 3000
    dashboards_port: Port = 8501
    docs_port: Port = 8080
    log_level: str = "INFO"
    secret_key: SecretStr | None = None
    service_token: SecretStr | None = None
    workflow_api_url: str | None = None
    ticket_service_url: str | None = None
    docs_url: str | None = None
    dagster_url: str | None = None
    dashboards_team_only: bool = False
    dashboards_url: str | None = None

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def docs(self) -> Path:
        return self.home / "dbt-docs"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def reachable_host(self) -> str:
        """Where this machine finds its own services; a wildcard address cannot be called."""
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound

    @property
    def api_url(self) -> str:
        return self.workflow_api_url or f"http://{self.reachable_host}:{self.api_port}"

    @property
    def tickets_url(self) -> str:
        return self.ticket_service_url or f"http://{self.reachable_host}:{self.tickets_port}"

    @property
    def docs_address(self) -> str:
        """Where readers find the documentation, no slash at its end."""
        return (self.docs_url or f"http://{self.reachable_host}:{self.docs_port}").rstrip("/")

    @property
    def dagster_address(self) -> str:
        """Where readers find Dagster, no slash at its end."""
        return (self.dagster_url or f"http://{self.reachable_host}:{self.dagster_port}").rstrip("/")

    @property
    def dashboards_address(self) -> str:
        """Where readers find the dashboards, no slash at its end."""
        return (self.dashboards_url or f"http://{self.reachable_host}:{self.dashboards_port}").rstrip("/")


def load_settings() -> StackSettings:
    """Read the settings, or say in one sentence which one is wrong."""
    try:
        return StackSettings()
    except ValidationError as error:
        fault = error.errors()[0]
        variable = f"SLUICE_{str(fault['loc'][0]).upper()}"
        message = (
            f"{variable} is {fault['input']!r}: {fault['msg'].lower()}; change it in the environment or .env"
        )
        raise SettingError(message) from None


def prepare_home(settings: StackSettings) -> Path:
    """Create the folder of all local state, readable by its owner, if it is not there yet."""
    home = settings.home
    try:
        for folder in (home, home / "locks", settings.logs):
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home / "locks") as probe:
            probe.write(b"\0" * 65536)
    except OSError as error:
        message = f"SLUICE_HOME {home} cannot be written to ({error.strerror}): free it or choose another"
        raise SettingError(message) from None
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        message = (
            f"SLUICE_HOME {home} has {free // 2**20} MB of disk left and {LEAST_FREE_BYTES // 2**20} MB are "
            "needed: free some or choose another folder"
        )
        raise SettingError(message)
    return home
