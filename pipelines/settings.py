from functools import cached_property
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from pydantic_settings import BaseSettings, SettingsConfigDict

DBT_PROJECT = Path(__file__).parent.parent / "dbt_project"


class PipelineSettings(BaseSettings):
    """What the pipeline reads from its surroundings."""

    model_config = SettingsConfigDict(
        env_prefix="SLUICE_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    home: Path = Path(".sluice")
    database_url: str = "postgresql://postgres@127.0.0.1:5432/sluice"
    host: str = "127.0.0.1"
    docs_port: int = 8080
    # A run that hangs would hold up all that follow it: one statement may take so long, and wait for so long.
    pipeline_statement_seconds: int = 1800
    pipeline_lock_seconds: int = 300
    # What failed by something that passes is tried again after so long, then after twice and four times that.
    pipeline_retry_seconds: float = 5

    @property
    def dbt_artifacts(self) -> Path:
        return self.home.absolute() / "dbt"

    @property
    def data_docs(self) -> Path:
        """Inside the folder that the docs part serves."""
        return self.home.absolute() / "dbt-docs" / "data-docs"

    @property
    def data_docs_url(self) -> str:
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.docs_port}/data-docs/"

    @cached_property
    def dbt_environment(self) -> dict[str, str]:
        """Variables that `profiles.yml` reads, taken apart from the database's URL."""
        parts = {name: str(value) for name, value in conninfo_to_dict(self.database_url).items()}
        return {
            "SLUICE_DBT_HOST": parts.get("host", "127.0.0.1"),
            "SLUICE_DBT_PORT": parts.get("port", "5432"),
            "SLUICE_DBT_USER": parts.get("user", "postgres"),
            "SLUICE_DBT_PASSWORD": parts.get("password", ""),
            "SLUICE_DBT_DATABASE": parts.get("dbname", "sluice"),
            "PGOPTIONS": self.patience,
        }

    @property
    def patience(self) -> str:
        """Options of a connection whose statements end by themselves."""
        return (
            f"-c statement_timeout={self.pipeline_statement_seconds}s"
            f" -c lock_timeout={self.pipeline_lock_seconds}s"
        )
