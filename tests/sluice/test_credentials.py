import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sluice.credentials import load_credentials
from sluice.errors import SettingError
from sluice.settings import load_settings


def test_secrets_are_made_once_for_their_owner_alone(home: Path) -> None:
    first = load_credentials(load_settings())
    assert load_credentials(load_settings()) == first
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    assert len({first.secret_key, first.service_token, *first.passwords.values()}) == 6
    assert min(map(len, (first.secret_key, first.service_token))) >= 32


def test_commands_that_come_at_once_agree(home: Path) -> None:
    settings = load_settings()
    with ThreadPoolExecutor(8) as threads:
        keys = {found.secret_key for found in threads.map(load_credentials, [settings] * 8)}
    assert len(keys) == 1
    assert [path.name for path in home.glob("secrets*")] == ["secrets.json"]


@pytest.mark.usefixtures("home")
def test_a_given_secret_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_SECRET_KEY", "given by the environment, long enough")
    assert load_credentials(load_settings()).secret_key == "given by the environment, long enough"


def test_a_damaged_file_is_never_replaced_in_silence(home: Path) -> None:
    load_credentials(load_settings())
    (home / "secrets.json").write_text('{"secret_key": "half', encoding="utf-8")
    with pytest.raises(SettingError, match="does not hold the secrets"):
        load_credentials(load_settings())
