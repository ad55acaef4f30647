"""The process map and its variants against graphs drawn from the imported events."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Any

import httpx
import pytest

from tests.api.insights.calls import get
from tests.api.insights.workflows.ways import Desk, Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")


def hours(seconds: Iterable[int | None], rank: float) -> Any:
    """A percentile by its rank, to the 1 % of the histograms; the middle two of an even number averaged."""
    known = sorted(each for each in seconds if each is not None)
    if not known:
        return None
    exact = median(known) if rank == 0.5 else known[ceil(len(known) * rank - 1e-9) - 1]
    # The error of a bucket and that of two decimals add up.
    return pytest.approx(exact / 3600, abs=0.0101 * exact / 3600 + 0.0051)


def share(part: int, whole: int) -> Any:
    return pytest.approx(100 * part / whole, abs=0.0051) if whole else None


def steps_of(way: Sequence[Visit]) -> tuple[int, ...]:
    return tuple(visit.step_id for visit in way)


def resolutions(ways: Iterable[Sequence[Visit]]) -> list[int | None]:
    found: list[int | None] = []
    for way in ways:
        ticket = way[0].ticket
        assert ticket.resolution_time is not None
        found.append(int((ticket.resolution_time - ticket.created_at).total_seconds()))
    return found


async def test_nodes_are_the_steps_that_were_visited(
    reader: httpx.AsyncClient, simulated: Desk, workflow_ids: list[int]
) -> None:
    for workflow_id in workflow_ids:
        answer = await get(reader, f"/workflows/{workflow_id}/process-map/")
        completed = simulated.completed_of(workflow_id)
        told = {node["step_id"]: node for node in answer["nodes"]}
        assert set(told) == {
            step_id for step_id, step in simulated.steps.items() if step["workflow_id"] == workflow_id
        }
        for step_id, node in told.items():
            here = [visit for visit in simulated.visits if visit.step_id == step_id]
            skipped = sum(step_id not in steps_of(way) for way in completed)
            dwelt = [visit.seconds for visit in here]
            assert node == node | {
                "step_name": simulated.steps[step_id]["name"],
                "role_name": simulated.steps[step_id]["role"],
                "is_start": step_id in simulated.designs[workflow_id].starts,
                "is_end": step_id in simulated.designs[workflow_id].ends,
                "visits": len(here),
                "tickets": len({visit.ticket.task_id for visit in here}),
                "currently_here": sum(visit.direction == "open" for visit in here),
                "repeated_visits": sum(visit.is_repeated for visit in here),
                "rejections": sum(visit.direction == "backward" for visit in here),
                "samples": len([each for each in dwelt if each is not None]),
                "median_hours": hours(dwelt, 0.5),
                "p90_hours": hours(dwelt, 0.9),
                # No workflow of this desk has a calendar: all of the time is working time.
                "median_business_hours": hours(dwelt, 0.5),
                "p90_business_hours": hours(dwelt, 0.9),
                "skipped_by": skipped,
                "skipped_share": share(skipped, len(completed)),
                "is_skipped": bool(completed) and skipped == len(completed),
            }


async def test_edges_are_the_steps_that_directly_followed(
    reader: httpx.AsyncClient, simulated: Desk, workflow_ids: list[int]
) -> None:
    deviations = 0
    for workflow_id in workflow_ids:
        answer = await get(reader, f"/workflows/{workflow_id}/process-map/")
        moves: dict[tuple[int, int], list[tuple[Visit, Visit]]] = {}
        for way in simulated.ways_of(workflow_id):
            for left, entered in pairwise(way):
                moves.setdefault((left.step_id, entered.step_id), []).append((left, entered))
        designed = simulated.designs[workflow_id].moves
        told = {(edge["from_step_id"], edge["to_step_id"]): edge for edge in answer["edges"]}
        assert set(told) == set(moves) | designed
        for pair, edge in told.items():
            taken = moves.get(pair, [])
            lasted = [int((entered.entered_at - left.entered_at).total_seconds()) for left, entered in taken]
            assert edge == edge | {
                "count": len(taken),
                "is_designed": pair in designed,
                "is_backward": simulated.is_back(*pair),
                "rework_count": sum(entered.is_repeated for _, entered in taken),
                "median_hours": hours(lasted, 0.5),
                "p90_hours": hours(lasted, 0.9),
                "median_business_hours": hours(lasted, 0.5),
                "p90_business_hours": hours(lasted, 0.9),
            }
        off_design = sum(len(taken) for pair, taken in moves.items() if pair not in designed)
        deviations += off_design
        assert (answer["moves"], answer["deviating_moves"]) == (sum(map(len, moves.values())), off_design)
    assert deviations > 0, "the simulated desk reopens tickets, which no design foresees"


async def test_the_map_sums_up_its_tickets(
    reader: httpx.AsyncClient, simulated: Desk, workflow_ids: list[int]
) -> None:
    for workflow_id in workflow_ids:
        answer = await get(reader, f"/workflows/{workflow_id}/process-map/")
        ways, completed = simulated.ways_of(workflow_id), simulated.completed_of(workflow_id)
        reworked = sum(any(visit.is_repeated for visit in way) for way in ways)
        designed = sum(simulated.designs[workflow_id].permits(steps_of(way)) for way in completed)
        assert answer == answer | {
            "tickets": len(ways),
            "completed_tickets": len(completed),
            "visits": sum(map(len, ways)),
            "reworked_tickets": reworked,
            "rework_rate": share(reworked, len(ways)),
            "designed_tickets": designed,
            "designed_share": share(designed, len(completed)),
            "variants": len(set(map(steps_of, completed))),
        }


async def test_variants_are_the_ways_of_completed_tickets(
    reader: httpx.AsyncClient, simulated: Desk, workflow_ids: list[int]
) -> None:
    for workflow_id in workflow_ids:
        rows = await read_variants(reader, workflow_id)
        completed = simulated.completed_of(workflow_id)
        ways = Counter(map(steps_of, completed))
        in_order = sorted(ways, key=lambda steps: (-ways[steps], len(steps), steps))
        assert [tuple(row["step_ids"]) for row in rows] == in_order
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        for row in rows:
            steps = tuple(row["step_ids"])
            lasted = resolutions(way for way in completed if steps_of(way) == steps)
            assert row == row | {
                "steps": [simulated.steps[step_id]["name"] for step_id in steps],
                "count": ways[steps],
                "share": share(ways[steps], len(completed)),
                "samples": len(lasted),
                "median_hours": hours(lasted, 0.5),
                "p90_hours": hours(lasted, 0.9),
                "is_designed": simulated.designs[workflow_id].permits(steps),
            }


async def test_the_happy_path_is_the_most_frequent_designed_way_without_a_step_twice(
    reader: httpx.AsyncClient, simulated: Desk, workflow_ids: list[int]
) -> None:
    for workflow_id in workflow_ids:
        completed = simulated.completed_of(workflow_id)
        design = simulated.designs[workflow_id]
        ways = Counter(map(steps_of, completed))
        happy = [steps for steps in ways if design.permits(steps) and len(set(steps)) == len(steps)]
        happy.sort(key=lambda steps: (-ways[steps], len(steps), steps))
        told = (await get(reader, f"/workflows/{workflow_id}/process-map/"))["happy_path"]
        marked = [row for row in await read_variants(reader, workflow_id) if row["is_happy_path"]]
        if not happy:
            assert (told, marked) == (None, [])
            continue
        assert told == told | {
            "step_ids": list(happy[0]),
            "count": ways[happy[0]],
            "share": share(ways[happy[0]], len(completed)),
        }
        assert [row["variant_id"] for row in marked] == [told["variant_id"]]


async def test_the_map_and_the_performance_of_steps_tell_the_same(
    reader: httpx.AsyncClient, workflow_ids: list[int]
) -> None:
    same = ("visits", "currently_here", "rejections", "samples", "avg_hours", "median_hours", "p90_hours")
    for workflow_id in workflow_ids:
        answer = await get(reader, f"/workflows/{workflow_id}/process-map/")
        steps = (await get(reader, "/workflows/steps/", workflow_id=workflow_id))["step_performance"]
        nodes = [node for node in answer["nodes"] if node["visits"]]
        assert [[node[name] for name in ("step_id", *same)] for node in nodes] == [
            [step[name] for name in ("step_id", *same)] for step in steps
        ]


async def read_variants(client: httpx.AsyncClient, workflow_id: int) -> list[dict[str, Any]]:
    answer = await get(client, f"/workflows/{workflow_id}/variants/", page_size=3)
    rows = list(answer["results"])
    while answer["next"]:
        answer = (await client.get(answer["next"])).json()
        rows += answer["results"]
    assert answer["count"] == len(rows)
    return rows
