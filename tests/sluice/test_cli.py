from collections.abc import Iterator

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sluice.cli import app
from tests.sluice.conftest import Command

COMMANDS = (
    "demo", "up", "down", "status", "doctor", "migrate", "import", "simulate", "pipeline run",
    "pipeline status", "pipeline backfill", "pipeline explain", "token",
    "digest", "user add", "user disable", "user enable", "user password", "docs",
    "queue list", "queue show", "queue replay", "audit verify", "audit anchor", "api-key add",
    "api-key list", "api-key revoke", "analyst add", "analyst list", "analyst remove",
    "model card", "model list", "model promote", "model rollback", "model show", "model verify",
)  # fmt: skip


def registered() -> Iterator[str]:
    group = get_command(app)
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "list_commands"):
            yield from (f"{name} {inner}" for inner in command.list_commands(None))
        else:
            yield name


def test_these_are_the_commands() -> None:
    assert sorted(registered()) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = CliRunner().invoke(app, [*command.split(), "--help"])
    assert done.exit_code == 0, done.output
    assert f"Example: sluice {command}" in done.stdout


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SLUICE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/sluice"),
        ("SLUICE_DATABASE_URL", "mysql://somewhere/else"),
        ("SLUICE_API_PORT", "eighty"),
    ],
)
def test_what_cannot_work_is_one_sentence_that_names_the_setting(
    sluice: Command, variable: str, value: str
) -> None:
    done = sluice("migrate", **{variable: value})
    assert done.returncode in {1, 2}
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("sluice: ")
    assert variable in sentence


@pytest.mark.parametrize(
    "arguments",
    [
        ["destroy"],
        ["token"],
        ["token", "--role", "Admin", "--user-id", "0"],
        ["token", "--role", "Admin", "--user-type", "robot"],
    ],
)
def test_what_no_command_understands_is_refused(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr
