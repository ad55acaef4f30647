"""Days of a desk made up by lot: what comes in and what is done, some told late, some put right later."""

import random
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

_STATEMENTS = (Path(__file__).parent / "random_days.sql").read_text(encoding="utf-8")
OPERATIONS = dict(re.findall(r"-- name: (\w+)\n(.*?);\n", _STATEMENTS, re.DOTALL))
# How often each happens on a day, about.
USUAL = {
    "open": 8,
    "complete": 6,
    "hold": 2,
    "resume": 2,
    "transfer": 2,
    "cancel": 0.5,
    "reopen": 0.7,
    "recategorise": 1,
    "note_late": 1,
    "correct": 0.5,
    "delete": 0.2,
    "undelete": 0.1,
    "spoil": 0.1,
    "mend": 0.05,
}
# One in six is told days after it happened.
LATE, DAYS_LATE = 1 / 6, 9


def play_day(connection: psycopg.Connection[Any], day: datetime, generator: random.Random) -> int:
    """Let a day of the desk pass; all of it is recorded by the end of that day.

    Args:
        connection: In autocommit mode; what no service would do needs the right to do so.
        day: Its beginning.
        generator: Decides on everything.

    Returns:
        How many operations there were.
    """
    names = [name for name, usual in USUAL.items() for _ in range(_times(usual, generator))]
    generator.shuffle(names)
    recorded = day + timedelta(days=1) - timedelta(minutes=1)
    for name in names:
        at = day + timedelta(seconds=generator.randrange(23 * 3600))
        if name != "open" and generator.random() < LATE:
            at -= timedelta(days=generator.randint(1, DAYS_LATE))
        lot = generator.randrange(10**6)
        values = {
            "at": at,
            "recorded": recorded,
            "lot": lot,
            "seed": f"{lot:06}",
            "number": f"D{day:%j}-{lot}",
        }
        # Of the client, which writes values as they are: the same one is text here and a name there.
        psycopg.ClientCursor(connection).execute(OPERATIONS[name].encode(), values)
    return len(names)


def _times(usual: float, generator: random.Random) -> int:
    """Between nothing and twice as often as usual."""
    times = generator.uniform(0, 2 * usual)
    return int(times) + (generator.random() < times % 1)
