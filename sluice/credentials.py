"""Secrets made up once per SLUICE_HOME, kept in `secrets.json` for its owner alone."""

import json
import os
import secrets
import tempfile
from pathlib import Path

from pydantic import BaseModel, ValidationError

from sluice.errors import SettingError
from sluice.settings import StackSettings, prepare_home

DEMO_SIGN_INS = ("admin", "manager", "coordinator", "agent")


class Credentials(BaseModel):
    secret_key: str
    service_token: str
    passwords: dict[str, str]


def load_credentials(settings: StackSettings) -> Credentials:
    """Read the secrets of this SLUICE_HOME, making them on first use; settings that are given win."""
    path = prepare_home(settings) / "secrets.json"
    if not path.exists():
        _create(path)
    try:
        stored = Credentials.model_validate_json(path.read_bytes())
    except ValidationError:
        message = (
            f"{path} does not hold the secrets it should: restore it, or remove it to have new ones made"
        )
        raise SettingError(message) from None
    if settings.secret_key:
        stored.secret_key = settings.secret_key.get_secret_value()
    if settings.service_token:
        stored.service_token = settings.service_token.get_secret_value()
    return stored


def _create(path: Path) -> None:
    """Write the file whole and without overwriting: two commands may come here at once."""
    made = Credentials(
        secret_key=secrets.token_urlsafe(48),
        service_token=secrets.token_urlsafe(48),
        passwords={name: secrets.token_urlsafe(12) for name in DEMO_SIGN_INS},
    )
    # Readable by its owner alone from the start, under a name that no other command has.
    descriptor, draft = tempfile.mkstemp(prefix="secrets.", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made.model_dump(), file, indent=2)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()
