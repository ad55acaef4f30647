"""What the process view of a workflow must show."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tests.oracle.desk import ImportedDesk
from tests.oracle.figures import counts, mean_hours, median_hours, percentile_hours, rate
from tests.oracle.ways import Way

Filters = Mapping[str, Any]
# So many variants are shown at once.
SHOWN = 100


def process_map(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    workflow_id = filters["workflow_id"]
    design = desk.designs[workflow_id]
    visits = desk.visits[desk.visits["workflow_id"] == workflow_id]
    tickets, completed = _walked(desk, workflow_id)
    moves = visits[visits["next_step_id"].notna()]
    is_deviating = [
        move not in design.moves for move in zip(moves["step_id"], moves["next_step_id"], strict=True)
    ]
    designed = sum(design.permits(way) for way in completed["way"])
    variants = ranked_variants(desk, filters)
    return {
        "tickets": len(tickets),
        "completed_tickets": len(completed),
        "visits": len(visits),
        "moves": len(moves),
        "deviating_moves": sum(is_deviating),
        "deviation_rate": rate(sum(is_deviating), len(moves)),
        "reworked_tickets": int(tickets["is_reworked"].sum()),
        "rework_rate": rate(tickets["is_reworked"].sum(), len(tickets)),
        "designed_tickets": designed,
        "designed_share": rate(designed, len(completed)),
        "variants": len(variants),
        "happy_path": next((_shown_path(way) for way in variants if way["is_happy_path"]), None),
        "nodes": {
            int(step["step_id"]): _node(desk, step, visits, completed)
            for step in desk.steps[desk.steps["workflow_id"] == workflow_id].to_dict("records")
        },
        "edges": _edges(desk, workflow_id, moves, visits),
    }


def _walked(desk: ImportedDesk, workflow_id: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    tickets = desk.tickets[(desk.tickets["workflow_id"] == workflow_id) & desk.tickets["way"].notna()]
    return tickets, tickets[tickets["status"] == "completed"]


def _shown_path(way: Mapping[str, Any]) -> dict[str, Any]:
    return {name: way[name] for name in ("step_ids", "count", "share", "median_hours", "p90_hours")}


def _node(
    desk: ImportedDesk, step: Mapping[Any, Any], visits: pd.DataFrame, completed: pd.DataFrame
) -> dict[str, Any]:
    step_id, design = step["step_id"], desk.designs[step["workflow_id"]]
    here = visits[visits["step_id"] == step_id]
    skipped = sum(step_id not in way for way in completed["way"])
    return {
        "step_name": step["step_name"],
        "role_name": step["role"],
        "is_designed": step_id in design.steps,
        "is_start": step_id in design.starts,
        "is_end": step_id in design.ends,
        "visits": len(here),
        "tickets": here["task_id"].nunique(),
        "currently_here": int((here["direction"] == "open").sum()),
        "repeated_visits": int(here["is_repeated"].sum()),
        "rejections": int((here["direction"] == "backward").sum()),
        "samples": int(here["visit_seconds"].notna().sum()),
        **_hours(here["visit_seconds"]),
        "skipped_by": skipped,
        "skipped_share": rate(skipped, len(completed)),
        "is_skipped": step_id in design.steps and len(completed) > 0 and skipped == len(completed),
    }


def _hours(seconds: "pd.Series[Any]") -> dict[str, Any]:
    return {
        "avg_hours": mean_hours(seconds),
        "median_hours": median_hours(seconds),
        "p90_hours": percentile_hours(seconds, 0.9),
    }


def _edges(
    desk: ImportedDesk, workflow_id: int, moves: pd.DataFrame, visits: pd.DataFrame
) -> dict[tuple[int, int], Any]:
    """Moves that were made, and those that were only designed."""
    order = dict(zip(desk.steps["step_id"], desk.steps["sort_order"], strict=True))
    design = desk.designs[workflow_id]
    made = {
        (int(start), int(end)): group["move_seconds"]
        for (start, end), group in moves.groupby(["step_id", "next_step_id"])
    }
    again = counts(visits.loc[visits["is_repeated"], ["previous_step_id", "step_id"]])
    none: pd.Series[Any] = pd.Series(dtype=float)
    return {
        (start, end): {
            "count": len(made.get((start, end), none)),
            "is_designed": (start, end) in design.moves,
            "is_backward": order[end] < order[start],
            "rework_count": again.get((start, end), 0),
            **_hours(made.get((start, end), none)),
        }
        for start, end in made.keys() | design.moves
    }


def ranked_variants(desk: ImportedDesk, filters: Filters) -> list[dict[str, Any]]:
    """The ways that completed tickets went, most frequent first; of equals the shorter, then by steps."""
    design = desk.designs[filters["workflow_id"]]
    _, completed = _walked(desk, filters["workflow_id"])
    groups: dict[Way, pd.DataFrame] = {way: group for way, group in completed.groupby("way")}  # noqa: C416
    ranked = sorted(groups, key=lambda way: (-len(groups[way]), len(way), way))
    happy = next((way for way in ranked if design.permits(way) and len(set(way)) == len(way)), None)
    return [
        {
            "step_ids": list(way),
            "count": len(groups[way]),
            "share": rate(len(groups[way]), len(completed)),
            "samples": int(groups[way]["resolution_seconds"].notna().sum()),
            **_hours(groups[way]["resolution_seconds"]),
            "is_designed": design.permits(way),
            "is_happy_path": way == happy,
        }
        for way in ranked
    ]


def variants(desk: ImportedDesk, filters: Filters) -> dict[str, Any]:
    ranked = ranked_variants(desk, filters)
    return {"count": len(ranked), "results": ranked[:SHOWN]}
