"""`sluice queue list`, `show` and `replay`."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from sluice.errors import SluiceError

queue = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


class NoSuchEventError(SluiceError):
    """An event that was asked for by its id is not in the outbox, or not in the state to be replayed."""


@queue.callback()
def deliveries() -> None:
    """Events on their way between the services, the refused ones above all."""


@queue.command("list", epilog="Example: sluice queue list  |  sluice queue list --state failed --json")
def list_queue(
    *,
    state: Annotated[
        list[str] | None, typer.Option(help="waiting, failed or delivered; may be given more than once.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the oldest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List events that wait for a worker and those that wait for a person, of both outboxes.

    `intake` holds what the Ticket Service tells the Workflow API, `ops` what it is told back.
    """
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.outbox import EventState, count_events, list_events  # noqa: PLC0415

    unknown = set(state or ()) - set(EventState)
    if unknown:
        message = f"--state {min(unknown)!r} is not known: use {', '.join(EventState)}"
        raise typer.BadParameter(message)
    wanted = [EventState(name) for name in state] if state else [EventState.WAITING, EventState.FAILED]
    database_url = resolve_database_url()
    events, counts = list_events(database_url, wanted, limit), count_events(database_url)
    if as_json:
        rows = [_without_payload(asdict(event)) for event in events]
        typer.echo(json.dumps({"counts": counts, "events": rows}, default=str))
        return
    for event in events:
        why = f"  {event.last_error}" if event.last_error else ""
        typer.echo(
            f"{event.event_id}  {event.outbox:<6}  {event.state:<9}  {event.kind:<21}  "
            f"{event.ticket_number}  {event.occurred_at:%Y-%m-%d %H:%M:%S}Z  tried {event.attempts}{why}"
        )
    typer.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


@queue.command("show", epilog="Example: sluice queue show 5f2c…")
def show(event_id: Annotated[str, typer.Argument(help="As `sluice queue list` names it.")]) -> None:
    """Print one event with all it carries and what was answered to it, as JSON."""
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.outbox import find_event  # noqa: PLC0415

    event = find_event(resolve_database_url(), event_id)
    if event is None:
        message = f"no event {event_id!r} is in the outbox: see sluice queue list"
        raise NoSuchEventError(message)
    typer.echo(json.dumps(asdict(event), default=str, indent=2, ensure_ascii=False))


@queue.command("replay", epilog="Example: sluice queue replay 5f2c…  |  sluice queue replay --all")
def replay(
    event_ids: Annotated[list[str] | None, typer.Argument(help="Failed events to send again.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Send every failed event again.")] = False,
) -> None:
    """Hand failed events to the worker again; the receiver takes each in once, however often it comes."""
    from sluice.database import resolve_database_url  # noqa: PLC0415 - for --help's sake, both
    from sluice.outbox import replay_events  # noqa: PLC0415

    if bool(event_ids) == every:
        message = "name the events to send again, or give --all"
        raise typer.BadParameter(message)
    replayed = replay_events(resolve_database_url(), None if every else event_ids)
    missing = set(event_ids or ()) - set(replayed)
    typer.echo(f"{len(replayed)} handed to the worker again.")
    if missing:
        message = f"{min(missing)!r} is not a failed event: see sluice queue list --state failed"
        raise NoSuchEventError(message)


def _without_payload(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "payload"}
