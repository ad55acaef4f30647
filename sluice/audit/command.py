"""`sluice audit verify` and `sluice audit anchor`."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sluice.audit.chain import Event, Head
from sluice.audit.examination import Finding, examine

if TYPE_CHECKING:
    from psycopg import Connection

audit = typer.Typer(no_args_is_help=True)


class Examination:
    """One walk over the whole trail, which counts the rows and shows how far it is."""

    def __init__(self, connection: "Connection", anchored: Mapping[int, Head]) -> None:
        self.connection = connection
        self.anchored = anchored
        self.events = 0

    def findings(self) -> Iterator[Finding]:
        from sluice.audit.guards import weakened_guards  # noqa: PLC0415 - as below, both
        from sluice.audit.rows import read_heads, stream_events  # noqa: PLC0415

        yield from weakened_guards(self.connection)
        heads = read_heads(self.connection)
        length = sum(head.sequence for head in heads.values())
        with typer.progressbar(
            stream_events(self.connection), length=length, label="Events", file=sys.stderr
        ) as bar:
            yield from examine(self._counted(bar), heads, self.anchored)

    def _counted(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            self.events += 1
            yield event


@audit.callback()
def trail() -> None:
    """The record of who changed what, and the proof that nobody changed the record."""


@audit.command("verify", epilog="Example: sluice audit verify --anchor audit-2026-11.json")
def verify(
    *,
    anchor: Annotated[
        Path | None, typer.Option(help="What `sluice audit anchor` printed: proves that no tail was cut.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Recompute the whole chain and name every row that was altered, removed, moved or slipped in.

    Exits with 1 when there is a finding.
    """
    from sluice.audit.anchors import read_anchor  # noqa: PLC0415 - for --help's sake, all three
    from sluice.audit.rows import open_trail  # noqa: PLC0415
    from sluice.database import resolve_database_url  # noqa: PLC0415

    anchored = {} if anchor is None else read_anchor(anchor)
    findings: list[Finding] = []
    with open_trail(resolve_database_url()) as connection:
        examination = Examination(connection, anchored)
        for finding in examination.findings():
            findings.append(finding)
            if not as_json:
                typer.echo(f"{finding.kind}: {finding.sentence}")
    _report(examination.events, findings, as_json=as_json)
    if findings:
        raise typer.Exit(1)


def _report(count: int, findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"events": count, "findings": [asdict(finding) for finding in findings]}))
    elif findings:
        typer.echo(f"{count} events, {len(findings)} findings: the trail is not as it was written.")
    else:
        typer.echo(f"{count} events, all as they were written.")


@audit.command("anchor", epilog="Example: sluice audit anchor > audit-2026-11.json")
def anchor() -> None:
    """Print where the chain ends now. Keep it outside the database, for `verify --anchor`."""
    from sluice.audit.anchors import write_anchor  # noqa: PLC0415 - for --help's sake, all three
    from sluice.audit.rows import open_trail, read_heads  # noqa: PLC0415
    from sluice.database import resolve_database_url  # noqa: PLC0415

    with open_trail(resolve_database_url()) as connection:
        typer.echo(write_anchor(read_heads(connection)))
