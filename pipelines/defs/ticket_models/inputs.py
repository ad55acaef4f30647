"""What the models of single tickets are asked about now, beside what they were learnt on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from ml.drift import Level, Move, Shape, compare
from ml.resolution_time.features import ATTRIBUTE, NUMBER
from pipelines.defs.ticket_models.registry import Training

RECENT_DAYS = 28
# What the desk's own words and rules set, so that a move is a change of these: of a ticket, and of where it
# stands. Ages, queues and the calendar move with every busy week, and people come and go: those are told of,
# and whether they do harm is told by the errors of what was issued.
_OF_TICKET = ("priority", "category", "sub_category", "department", "workflow", "target_hours")
_OF_STATE = ("status", "kind", "group", "remaining_steps")
_STEADY = frozenset({*_OF_TICKET, *_OF_STATE})
_TOLD = 10
# From half on the model knows less of most tickets than it was judged by.
_MOST_STRANGE = 0.50
_NOTABLY_STRANGE = 0.20
_NEVER_MISSING = 0.01
_SEVERAL = 3


@dataclass(frozen=True)
class Verdict:
    """Figures of what moved, sentences on it, and why the model must not be served, if it must not."""

    figures: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    complaint: str | None = None


def judge_inputs(shapes: Mapping[str, Shape], recent: pd.DataFrame, waiting: pd.DataFrame) -> Verdict:
    """How far the inputs of a model that was just learnt have moved.

    Args:
        shapes: Of the model.
        recent: Events of the last four weeks, `ticket` among the columns; as like those that were learnt
            as can be, since both are of tickets of all speeds and at all events of their lives.
        waiting: The same of the last event of each open ticket. Slow tickets prevail among these at any
            time, so they are asked for words that are new or missing alone, not for how known ones spread.
    """
    moves = _moves(shapes, recent)
    words = judge_words(shapes, waiting)
    moved = {name: move for name, move in moves.items() if name in _STEADY and move.level != Level.NONE}
    warnings = words.warnings
    if moved:
        named = ", ".join(f"{name} (PSI {move.psi:.2f}, {move.level})" for name, move in moved.items())
        warnings = (f"Inputs have moved since the model was learnt: {named}.", *warnings)
    figures = {
        "recent_tickets": recent["ticket"].nunique(),
        "open_tickets": waiting["ticket"].nunique(),
        "watched": len(moves),
        "moved": [_told(name, move) for name, move in [*moves.items()][:_TOLD]],
    }
    complaint = _unknown(moves, _MOST_STRANGE) or words.complaint or _restructured(moves)
    return Verdict(figures, warnings, complaint)


def judge_words(shapes: Mapping[str, Shape], waiting: pd.DataFrame) -> Verdict:
    """Whether a model knows the words of open tickets, `ticket` being among the columns."""
    moves = _moves(shapes, waiting)
    complaint = _unknown(moves, _MOST_STRANGE)
    notable = None if complaint else _unknown(moves, _NOTABLY_STRANGE)
    return Verdict(warnings=(notable,) if notable else (), complaint=complaint)


def heed_inputs(training: Training, verdict: Verdict) -> Training:
    """The training with what moved, and not to be served where that is beyond repair."""
    sentences = verdict.warnings if verdict.complaint is None else (verdict.complaint,)
    return replace(
        training,
        metrics={**training.metrics, "inputs": {**verdict.figures, "warnings": sentences}},
        warnings=(*training.warnings, *sentences),
        artefact=training.artefact if verdict.complaint is None else None,
    )


def _moves(shapes: Mapping[str, Shape], asked: pd.DataFrame) -> dict[str, Move]:
    moves = compare(shapes, asked, asked["ticket"])
    return {name.removeprefix(ATTRIBUTE).removeprefix(NUMBER): move for name, move in moves.items()}


def _unknown(moves: Mapping[str, Move], most: float) -> str | None:
    """A sentence on the first input of which more than this share is news to the model.

    A state that was rare among events may be that of most tickets which are open, as they rest in it.
    """
    for name, move in moves.items():
        if name in _OF_STATE and move.unseen > most:
            return (
                f"{move.unseen:.0%} of what tickets now have as {name} was unknown when the model was learnt."
            )
        if name in _OF_TICKET and move.strange > most:
            share = f"{move.strange:.0%} of what tickets now have as {name}"
            return f"{share} was unknown or rare when the model was learnt."
        if name in _OF_TICKET and move.lost > most and move.missing - move.lost <= _NEVER_MISSING:
            return f"{move.missing:.0%} of tickets now lack {name}, which hardly one did before."
    return None


def _restructured(moves: Mapping[str, Move]) -> str | None:
    steady = [name for name in moves if name in _STEADY]
    strong = [name for name in steady if moves[name].level == Level.STRONG]
    if len(strong) < _SEVERAL or 2 * len(strong) < len(steady):
        return None
    return f"{', '.join(strong)} have all moved too far from what the model was learnt on (PSI above 0.25)."


def _told(name: str, move: Move) -> dict[str, Any]:
    return {
        "input": name,
        "psi": round(move.psi, 4),
        "level": move.level,
        "unseen": round(move.unseen, 4),
        "missing": round(move.missing, 4),
    }
