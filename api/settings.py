"""Settings of the two services; the stack hands them down as `SLUICE_*` variables."""

from functools import lru_cache
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_SECRET = "development-secret-not-for-production-use"  # noqa: S105 - refused outside development


class ApiSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SLUICE_", env_file=".env", extra="ignore")

    env: str = "development"
    database_url: str
    read_database_url: str | None = None
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    service_token: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    workflow_api_url: str = "http://127.0.0.1:8002"
    token_issuer: str = "tts-jwt-issuer"  # noqa: S105 - the contract's issuer name
    access_token_minutes: int = 15
    refresh_token_days: int = 7
    pool_size: int = 8
    statement_timeout_ms: int = 15_000
    at_risk_ratio: float = 0.8
    log_level: str = "INFO"

    @model_validator(mode="after")
    def refuse_development_secrets(self) -> Self:
        """Outside development a known secret is an open door."""
        if self.env == "development":
            return self
        for name in ("secret_key", "service_token"):
            if getattr(self, name).get_secret_value() == DEVELOPMENT_SECRET:
                message = (
                    f"SLUICE_{name.upper()} is not set: give it a random value of 32 characters or more "
                    f"when SLUICE_ENV is {self.env!r}"
                )
                raise ValueError(message)
        return self


@lru_cache
def get_settings() -> ApiSettings:
    return ApiSettings()
