"""Tickets as they were handed in, whether or not a workflow took them: their series and their rows.

A combination of filters without a workflow is one series of `serving.snapshot_series`; with one it is the
sum of the leaves, which keep every dimension. Both are an array of keys, `series.series_keys`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.insights.answers.lists import RowList, compile_list
from api.insights.answers.statements import Statement, compile_answer, render
from api.tickets.enums import TicketStatus

SNAPSHOT_ROWS = "serving.snapshot_rows as ticket"
# Bits of `serving.snapshot_series.kept`.
BITS = {"department": 1, "category": 2, "sub_category": 4, "priority": 8, "workflow_id": 16}
LEAVES = 31
CREATED = {
    "start_date": "ticket.created_at >= :start_date::date::timestamp at time zone 'UTC'",
    "end_date": "ticket.created_at < (:end_date::date + 1)::timestamp at time zone 'UTC'",
}
# A ticket counts from its workflow's start on, or from when it was handed in where none took it.
COUNTED = {name: condition.replace("created_at", "counted_at") for name, condition in CREATED.items()}


def given_filters(values: Mapping[str, Any]) -> frozenset[str]:
    """The filters that are in use."""
    return frozenset(name for name in (*BITS, *CREATED) if values.get(name) is not None)


@cache
def compile_snapshot_answer(name: str, given: frozenset[str]) -> Statement:
    """A statement that answers from the tickets as they were handed in.

    Args:
        name: File that is the body; `{{ pair_groups }}` and `{{ department_groups }}` are there for it.
        given: The filters in use, see `given_filters`; there is one statement for each set.
    """
    return compile_answer(
        name,
        series="snapshot_root",
        snapshot_root=_root(given),
        pair_groups=_groups(("category", "sub_category"), given),
        department_groups=_groups(("department",), given),
        measure="snapshot_cube.tickets",
    )


@cache
def compile_snapshot_list(given: frozenset[str], status: TicketStatus | None) -> RowList:
    """The rows of these filters, newest first, counted by the cube."""
    conditions = [f"ticket.{name} = :{name}" for name in BITS if name in given]
    conditions += [CREATED[name] for name in CREATED if name in given]
    conditions += ["ticket.status = :status"] if status else []
    return compile_list(
        columns="columns_snapshot",
        source=SNAPSHOT_ROWS,
        conditions=conditions,
        order="ticket.created_at desc, ticket.ticket_id desc",
        series="snapshot_root",
        snapshot_root=_root(given),
        count="{{ snapshot_count }}",
        measure=f"snapshot_cube.{measure_of(status)}",
        window="{{ window_whole }}",
    )


@cache
def compile_unassigned_list(given: frozenset[str]) -> RowList:
    """The open tickets that nobody has, newest first, by the day that the figures count them on."""
    conditions = [f"ticket.{name} = :{name}" for name in BITS if name in given]
    conditions += [COUNTED[name] for name in COUNTED if name in given]
    return compile_list(
        columns="columns_snapshot",
        source=SNAPSHOT_ROWS,
        conditions=["ticket.is_unassigned", *conditions],
        order="ticket.counted_at desc, ticket.ticket_id desc",
        series="snapshot_root",
        snapshot_root=_root(given),
        count="{{ count_in_rows }}",
        measure="",
        window="{{ window_whole }}",
    )


def measure_of(status: TicketStatus | None) -> str:
    """The column of the cube that counts the tickets of a status, or all of them."""
    return f"status_{status.value.lower().replace(' ', '_')}" if status else "tickets"


def _root(given: frozenset[str]) -> str:
    if "workflow_id" in given:
        return render("snapshot_leaves", {"filters": _conditions("leaf", given)})
    return render("snapshot_root_key", {"kept": str(_mask(given))})


def _groups(columns: tuple[str, ...], given: frozenset[str]) -> str:
    kept = LEAVES if "workflow_id" in given else _mask(given.union(columns))
    return render(
        "snapshot_groups",
        {
            "columns": ", ".join(f"branch.{name}" for name in columns),
            "kept": str(kept),
            "filters": _conditions("branch", given),
        },
    )


def _mask(given: frozenset[str]) -> int:
    return sum(bit for name, bit in BITS.items() if name in given)


def _conditions(relation: str, given: frozenset[str]) -> str:
    return " and ".join(f"{relation}.{name} = :{name}" for name in BITS if name in given) or "true"
