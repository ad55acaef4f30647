"""An explanation of a run as text for a terminal."""

import json
from datetime import datetime

from rich.console import Console
from rich.table import Table

from pipelines.run_story import RunStory
from sluice.pipeline_explanation import Explanation


def show_explanation(explanation: Explanation) -> None:
    console = Console(highlight=False, soft_wrap=True)
    story = explanation.story
    console.print(f"Run {story.run_id[:8]} ({story.job_name}), {_when(story)}.")
    console.print(explanation.summary)
    if story.retries:
        console.print(f"A step was tried again {story.retries} time(s).")
    for check in story.unmet:
        weight = "stopped it" if check.blocks else "warned"
        console.print(
            f"  {check.asset}, check {check.check} {weight}: {check.said or 'it did not pass'}", markup=False
        )
        for example in check.examples[:3]:
            console.print(f"    for instance {json.dumps(example, default=str)}", markup=False)
    for error in story.errors if not any(check.blocks for check in story.unmet) else []:
        console.print(f"  {error}", markup=False)
    if explanation.stands is None:
        console.print("Nothing is published yet.")
    else:
        stands = explanation.stands
        console.print(
            f"Readers see publication {stands['publication_id']}, data as of {_told(stands['data_as_of'])}."
        )
    command = f" {explanation.command}" if explanation.command else ""
    console.print(f"Next: {explanation.next_step}{command}")
    if story.seconds:
        _show_seconds(console, story)


def _show_seconds(console: Console, story: RunStory) -> None:
    table = Table(title="Where its time went", title_justify="left")
    table.add_column("what")
    table.add_column("seconds", justify="right")
    for what, seconds in story.seconds.items():
        table.add_row(what, f"{seconds:.1f}")
    table.add_row("all of it", f"{sum(story.seconds.values()):.1f}")
    console.print(table)


def _when(story: RunStory) -> str:
    started = "" if story.started_at is None else f"started {_told(story.started_at)}, "
    ended = "not ended" if story.ended_at is None else f"ended {_told(story.ended_at)}"
    return f"{started}{ended}"


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
