from pathlib import Path
from shutil import disk_usage

import pytest

from sluice.credentials import load_credentials
from sluice.errors import SettingError
from sluice.settings import load_settings, prepare_home
from sluice.stack.session import child_environment


def test_the_names_scripts_rely_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("API", "TICKETS", "WORKER", "DAGSTER", "DASHBOARDS", "DOCS"), start=21000):
        monkeypatch.setenv(f"SLUICE_{name}_PORT", str(number))
    settings = load_settings()
    ports = (
        settings.api_port,
        settings.tickets_port,
        settings.worker_port,
        settings.dagster_port,
        settings.dashboards_port,
        settings.docs_port,
    )
    assert ports == (21000, 21001, 21002, 21003, 21004, 21005)
    assert settings.home == home


def test_home_is_beside_the_caller_unless_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLUICE_HOME")
    assert load_settings().home == home.parent / ".sluice"


def test_a_dotenv_file_is_read_and_the_environment_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.parent / ".env").write_text("SLUICE_API_PORT=21000\nSLUICE_DOCS_PORT=21001\n", encoding="utf-8")
    monkeypatch.setenv("SLUICE_DOCS_PORT", "22000")
    assert (load_settings().api_port, load_settings().docs_port) == (21000, 22000)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("value", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SLUICE_API_PORT", value)
    with pytest.raises(SettingError, match=rf"SLUICE_API_PORT is '{value}'"):
        load_settings()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - the case at hand
def test_a_wildcard_address_is_called_at_home(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("SLUICE_HOST", host)
    assert load_settings().api_url == "http://127.0.0.1:8002"


@pytest.mark.usefixtures("home")
def test_documents_are_where_they_are_served_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_DOCS_PORT", "21008")
    assert load_settings().docs_address == "http://127.0.0.1:21008"
    monkeypatch.setenv("SLUICE_DOCS_URL", "https://docs.example.org/")
    assert load_settings().docs_address == "https://docs.example.org"


@pytest.mark.usefixtures("home")
def test_dagster_is_where_it_is_served_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_DAGSTER_PORT", "21003")
    assert load_settings().dagster_address == "http://127.0.0.1:21003"
    monkeypatch.setenv("SLUICE_DAGSTER_URL", "https://dagster.example.org/")
    assert load_settings().dagster_address == "https://dagster.example.org"


def test_a_desk_that_names_nobody_may_say_so_in_its_file(home: Path) -> None:
    (home.parent / ".env").write_text("SLUICE_DASHBOARDS_TEAM_ONLY=yes", encoding="utf-8")
    settings = load_settings()
    told = child_environment(settings, load_credentials(settings), "postgresql://")
    assert told["SLUICE_DASHBOARDS_TEAM_ONLY"] == "true"


def test_a_home_that_cannot_be_written_is_one_sentence(home: Path) -> None:
    home.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(SettingError, match=r"SLUICE_HOME .* cannot be written to"):
        prepare_home(load_settings())


def test_a_full_disk_is_told_before_anything_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    almost_full = disk_usage(home.parent)._replace(free=5 * 2**20)
    monkeypatch.setattr("shutil.disk_usage", lambda _: almost_full)
    with pytest.raises(SettingError, match="has 5 MB of disk left and 256 MB are needed"):
        prepare_home(load_settings())
