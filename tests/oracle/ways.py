"""The ways of tickets through the steps of their workflows, walked move by move."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import pandas as pd

Row = Mapping[Any, Any]
Visit = dict[str, Any]
Way = tuple[int, ...]


@dataclass(frozen=True)
class Design:
    """The graph that new tickets of a workflow run through: its active version."""

    steps: frozenset[int]
    starts: frozenset[int]
    ends: frozenset[int]
    moves: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> "Design":
        """Work may end where a step says so, and where nothing leads on."""
        moves = {(edge["from_step_id"], edge["to_step_id"]) for edge in definition["edges"]}
        nodes, left = definition["nodes"], {start for start, _ in moves}
        return cls(
            frozenset(node["id"] for node in nodes),
            frozenset(node["id"] for node in nodes if node["is_start"]),
            frozenset(node["id"] for node in nodes if node["is_end"] or node["id"] not in left),
            frozenset(moves),
        )

    def permits(self, way: Way) -> bool:
        return way[0] in self.starts and way[-1] in self.ends and set(pairwise(way)) <= self.moves


def walk(moves: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Entering a step begins a visit, the next move of any kind ends it; one row each, in their order."""
    order = dict(zip(steps["step_id"], steps["sort_order"], strict=True))
    moves = moves.sort_values(["task_id", "occurred_at", "task_event_id"])
    visits: list[Visit] = []
    for _, walked in groupby(moves.to_dict("records"), key=itemgetter("task_id")):
        visits += _with_neighbours(list(_visits(list(_while_at_work(walked)), order)))
    frame = pd.DataFrame(visits).merge(steps[["step_id", "step_name", "role"]], on="step_id")
    return frame.sort_values(["task_id", "entered_at", "visit_id"], ignore_index=True)


def ways_of(visits: pd.DataFrame) -> pd.DataFrame:
    """One row per ticket that was at a step: which steps, in their order."""
    steps = visits.groupby("task_id")["step_id"].agg(tuple).rename("way").reset_index()
    steps["step_id"] = [way[-1] for way in steps["way"]]
    steps["is_reworked"] = [len(set(way)) < len(way) for way in steps["way"]]
    return steps


def _while_at_work(moves: Iterable[Row]) -> Iterator[Row]:
    """Leave out what a log tells of a ticket once its work is over, until it is opened again."""
    is_over = False
    for move in moves:
        if is_over == (move["kind"] == "reopened"):
            yield move
            is_over = move["kind"] in {"completed", "cancelled"}


def _visits(moves: list[Row], order: Mapping[int, int]) -> Iterator[Visit]:
    for move, following in zip(moves, [*moves[1:], None], strict=True):
        if move["kind"] in {"created", "transitioned", "reopened"} and not pd.isna(move["to_step_id"]):
            yield _visit(move, following, order)


def _visit(move: Row, following: Row | None, order: Mapping[int, int]) -> Visit:
    step_id = int(move["to_step_id"])
    visit = {
        "visit_id": move["task_event_id"],
        "task_id": move["task_id"],
        "step_id": step_id,
        "entered_at": move["occurred_at"],
        "day": move["occurred_at"].date(),
    }
    if following is None:
        return visit | {"left_at": None, "direction": "open", "visit_seconds": None}
    seconds = (following["occurred_at"] - move["occurred_at"]).total_seconds() // 1
    visit |= {"left_at": following["occurred_at"], "visit_seconds": seconds}
    if following["kind"] != "transitioned":
        return visit | {"direction": following["kind"]}
    is_back = order[int(following["to_step_id"])] < order[step_id]
    return visit | {"direction": "backward" if is_back else "forward"}


def _with_neighbours(way: list[Visit]) -> list[Visit]:
    seen: set[int] = set()
    for before, visit, after in zip([None, *way[:-1]], way, [*way[1:], None], strict=True):
        visit["previous_step_id"] = before and before["step_id"]
        visit["next_step_id"] = after and after["step_id"]
        visit["move_seconds"] = after and (after["entered_at"] - visit["entered_at"]).total_seconds() // 1
        visit["is_repeated"] = visit["step_id"] in seen
        seen.add(visit["step_id"])
    return way
