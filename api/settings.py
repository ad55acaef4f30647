"""Settings of the two services; the stack hands them down as `SLUICE_*` variables."""

import re
from email.utils import parseaddr
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.kit.dates import Weekday, Zone
from api.kit.schemas import AnyCase

DEVELOPMENT_SECRET = "development-secret-not-for-production-use"  # noqa: S105 - refused outside development
# Such as browsers accept: nothing in it can end a header or a command to a mail server.
MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?"
)


class ApiSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SLUICE_", env_file=".env", extra="ignore")

    env: str = "development"
    database_url: str
    read_database_url: str | None = None
    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    service_token: SecretStr = SecretStr(DEVELOPMENT_SECRET)
    workflow_api_url: str = "http://127.0.0.1:8002"
    ticket_service_url: str = "http://127.0.0.1:8004"
    # Tokens with the shared key: ours, and those of issuers that hold the key too.
    token_issuer: str = "tts-jwt-issuer"  # noqa: S105 - the contract's issuer name
    token_audience: str | None = None
    # Tokens of one external issuer, which publishes its keys.
    jwks_url: str | None = None
    jwks_issuer: str | None = None
    jwks_audience: str | None = None
    jwks_algorithms: Annotated[list[Literal["RS256", "ES256"]], NoDecode, Field(min_length=1)] = ["RS256"]
    access_token_minutes: int = 15
    refresh_token_days: int = 7
    session_check_seconds: float = Field(default=2.0, ge=0, le=60)
    pool_size: int = 8
    statement_timeout_ms: int = 15_000
    # From which part of its time on a task is at risk; a change counts for deadlines computed after it.
    at_risk_ratio: float = Field(default=0.8, gt=0, lt=1)
    # A ticket that stays resolved so long is closed; 0 is never. Counted by the calendar of that name,
    # else around the clock.
    close_resolved_after_hours: float = Field(default=72.0, ge=0, le=87_600)
    close_calendar: str | None = None
    log_level: str = "INFO"
    home: Path = Path(".sluice")
    # Where files attached to tickets lie, as fsspec addresses it; a folder of the home if not given.
    attachments_url: str | None = None
    attachment_max_bytes: int = Field(default=25 * 2**20, ge=1, le=2**40)
    attachments_per_ticket: int = Field(default=50, ge=1, le=1000)
    # The types accepted, of those that can be told; all of them if none is named.
    attachment_types: Annotated[list[str], NoDecode] = []
    # Where the worker answers for its health and figures; the services are told by uvicorn's options.
    host: str = "127.0.0.1"
    worker_port: int = Field(default=8005, ge=0, le=65_535)
    # Base address of an OTLP/HTTP receiver of traces; without one nothing is traced.
    otlp_endpoint: str | None = None
    # Mail goes nowhere without a host: in development it becomes a line of the log.
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    smtp_from: str = "Sluice <sluice@localhost>"
    smtp_timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    # Where people open what a mail tells of.
    public_url: str | None = None
    webhook_timeout_seconds: float = Field(default=10.0, gt=0, le=30)
    webhook_allowed_networks: Annotated[list[IPv4Network | IPv6Network], NoDecode] = []
    # How long the answer to a retry waits for what becomes of it.
    retry_wait_seconds: float = Field(default=10.0, ge=0, le=12)
    # Where people open the dashboards; without it the week of the desk is told without links.
    dashboards_url: str | None = None
    # On which day the week of the desk is told, from the hour of digests on.
    desk_digest_day: Annotated[Weekday | Literal["off"], AnyCase] = Weekday.MONDAY
    # When digests are written, in the zone of the reader's quiet calendar, else in this one.
    digest_hour: int = Field(default=7, ge=0, le=23)
    timezone: Zone = "UTC"

    @field_validator("jwks_algorithms", "webhook_allowed_networks", "attachment_types", mode="before")
    @classmethod
    def split_at_commas(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return [name.strip() for name in value.split(",") if name.strip()]

    @field_validator("smtp_from")
    @classmethod
    def refuse_an_unusable_sender(cls, value: str) -> str:
        _, address = parseaddr(value)
        if not MAIL_ADDRESS.fullmatch(address) or not value.isprintable():
            message = f"SLUICE_SMTP_FROM {value!r} is no sender: write `Name <name@example.org>`"
            raise ValueError(message)
        return value

    @field_validator("otlp_endpoint", "dashboards_url")
    @classmethod
    def refuse_what_is_no_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            setting = f"SLUICE_{(info.field_name or '').upper()}"
            message = f"{setting} {value!r} is no http address: write http://host:port"
            raise ValueError(message)
        return value or None

    @model_validator(mode="after")
    def refuse_a_doubtful_issuer(self) -> Self:
        """One name must stand for one kind of key, and keys must come from whom they claim to."""
        if self.jwks_url is None:
            return self
        if not self.jwks_issuer or self.jwks_issuer == self.token_issuer:
            message = (
                "SLUICE_JWKS_ISSUER must name the issuer of the tokens that SLUICE_JWKS_URL has the keys of, "
                f"and not {self.token_issuer!r}, whose tokens carry the shared key (SLUICE_TOKEN_ISSUER)"
            )
            raise ValueError(message)
        if self.env != "development" and urlsplit(self.jwks_url).scheme != "https":
            message = f"SLUICE_JWKS_URL {self.jwks_url!r} is not an https address: give it one"
            raise ValueError(message)
        return self

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
