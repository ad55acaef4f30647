"""Commands that live in packages too heavy to import for every `sluice --help`."""

from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup


class LazyCommands(TyperGroup):
    """A command group that imports some of its commands only when one of them is called."""

    lazy: ClassVar[dict[str, tuple[str, str]]] = {
        "import": (
            "sluice.history_import.command:import_history",
            "Import an event log or a table of tickets through a mapping.",
        ),
        "simulate": (
            "sluice.simulator.command:simulate",
            "Fill the database with a believable desk's history.",
        ),
    }

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *self.lazy]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in self.lazy:
            return TyperCommand(name=cmd_name, help=self.lazy[cmd_name][1])
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not args or args[0] not in self.lazy:
            return super().resolve_command(ctx, args)
        module, attribute = self.lazy[args[0]][0].split(":")
        loaded = typer.Typer(add_completion=False)
        loaded.command(args[0])(getattr(import_module(module), attribute))
        return args[0], typer.main.get_command(loaded), args[1:]
