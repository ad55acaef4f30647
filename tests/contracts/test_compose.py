"""The containers run what the stack runs: no engine is needed to see that."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.settings import ApiSettings
from sluice.parts import PARTS
from sluice.settings import StackSettings
from sluice.stack.services import choose_services

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "sluice"}
SETTINGS = {f"SLUICE_{name.upper()}" for name in {*StackSettings.model_fields, *ApiSettings.model_fields}}


def test_every_part_of_the_stack_has_one_container() -> None:
    parts = [service["command"][-1] for service in OURS.values() if service["command"][0] == "up"]
    assert sorted(parts) == sorted(PARTS)


@pytest.mark.parametrize("name", OURS)
def test_a_containers_command_is_one_the_tests_start(name: str) -> None:
    command = OURS[name]["command"]
    assert command in (["migrate"], ["up", "--only", name])


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    assert set(OURS[name]["environment"]) <= SETTINGS


def test_every_variable_of_the_image_is_a_setting() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    assert set(re.findall(r"SLUICE_[A-Z_]+", dockerfile)) <= SETTINGS
    assert 'ENTRYPOINT ["sluice"]' in dockerfile


@pytest.mark.parametrize("name", [name for name in OURS if "ports" in OURS[name]])
def test_a_published_port_is_the_parts_own(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    expected = {str(service.port) for service in choose_services(StackSettings(), [name]) if service.port}
    assert {published.rpartition(":")[2] for published in OURS[name]["ports"]} == expected
    assert all(published.startswith("127.0.0.1:") for published in OURS[name]["ports"])


def test_secrets_come_from_outside() -> None:
    for variable in ("SLUICE_SECRET_KEY", "SLUICE_SERVICE_TOKEN"):
        assert {service["environment"][variable] for service in OURS.values()} == {f"${{{variable}:?}}"}
