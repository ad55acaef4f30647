"""An answer beside the same one of the period before."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from api.insights.answers.statements import Statement

PLACEHOLDER = re.compile(r"\$(\d+)")
BEFORE = {"start_date": "previous_start", "end_date": "previous_end"}
# What an answer says of itself is no figure of a period.
PROVENANCE = ("generated_at", "data_as_of", "as_of", "publication_id")
CENT = Decimal("0.01")


@cache
def with_period_before(statement: Statement) -> Statement:
    """The statement twice, in one: once as it is and once with the dates of the period before."""
    parameters = list(statement.parameters)
    numbers: dict[str, str] = {}
    for number, name in enumerate(statement.parameters, 1):
        if name in BEFORE:
            parameters.append(BEFORE[name])
            numbers[str(number)] = str(len(parameters))
    before = PLACEHOLDER.sub(lambda match: f"${numbers.get(match[1], match[1])}", statement.text)
    text = (
        "select present.*, earlier.body as previous\n"
        f"from (\n{statement.text}\n) as present\ncross join (\n{before}\n) as earlier"
    )
    return Statement(text, tuple(parameters))


def compare(body: bytes, previous: bytes | None) -> bytes:
    """Add to an answer the figures of the period before and what became of the headline numbers since."""
    if previous is None:
        return body[:-1] + b', "previous": null, "change": null}'
    figures = {name: value for name, value in json.loads(previous).items() if name not in PROVENANCE}
    changes = {name: change(value, was) for name, value, was in _headlines(json.loads(body), figures)}
    added = json.dumps({"previous": figures, "change": changes}, ensure_ascii=False).encode()
    return body[:-1] + b", " + added[1:]


def change(value: float | None, was: float | None) -> dict[str, float | None]:
    """How far a number moved, and by how many percent of what it was, if that was more than 0."""
    if value is None or was is None:
        return {"absolute": None, "percent": None}
    moved = Decimal(str(value)) - Decimal(str(was))
    percent = float((100 * moved / Decimal(str(was))).quantize(CENT, ROUND_HALF_UP)) if was > 0 else None
    return {"absolute": int(moved) if moved == moved.to_integral() else float(moved), "percent": percent}


def _headlines(now: dict[str, Any], before: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """The numbers an answer tells of itself or in its summary, with those of before."""
    found = []
    for name, was in before.items():
        if name == "summary":
            found += _headlines(now[name], was)
        elif _is_number(was) or _is_number(now[name]):
            found.append((name, now[name], was))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
