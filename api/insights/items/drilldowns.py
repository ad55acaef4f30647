"""The lists of items: which rows, which columns, counted by which measure of the cube."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from api.insights.answers.lists import RowList
from api.insights.answers.work import BITS, compile_work_list, is_one_series
from api.insights.items.enums import MoveOrigin
from api.insights.items.states import measure_of
from api.tasks.enums import ItemOrigin

ITEM_ROWS = "serving.item_rows as item"
NEWEST_FIRST = "item.assigned_on desc, item.task_item_id desc"
EQUAL = {name: f"item.{name} = :{name}" for name in BITS}
DATES = {
    "start_date": "item.assigned_on >= :start_date::date::timestamp at time zone 'UTC'",
    "end_date": "item.assigned_on < (:end_date::date + 1)::timestamp at time zone 'UTC'",
}
# What the cube knows of the page takes the place of the dates.
PAGE_DAYS = ["item.assigned_on >= page.since", "item.assigned_on < page.until"]

STATES = {"status": "item.status = :status", "sla_status": "item.sla_status = :sla_status"}
# Truths are spelt out, so that each is planned with the index of its own.
TRUTHS = {
    ("is_open", True): "item.is_open",
    ("is_open", False): "not item.is_open",
    ("is_judged", True): "item.sla_status <> 'no_sla'",
    ("is_judged", False): "item.sla_status = 'no_sla'",
    ("has_target", True): "item.target_resolution is not null",
    ("has_target", False): "item.target_resolution is null",
}
STATE_NAMES = (*STATES, "is_open", "is_judged", "has_target")
ORIGIN_MEASURES = {
    None: "items",
    ItemOrigin.SYSTEM: "origin_system",
    ItemOrigin.TRANSFERRED: "origin_transferred",
    ItemOrigin.ESCALATION: "origin_escalation",
}
MOVES = {
    None: ("item.origin <> 'System'", "origin_transferred + origin_escalation"),
    MoveOrigin.TRANSFERRED: ("item.origin = 'Transferred'", "origin_transferred"),
    MoveOrigin.ESCALATION: ("item.origin = 'Escalation'", "origin_escalation"),
}
SIDES = {
    "from_user_id": "item.from_user_id = :from_user_id::bigint",
    "to_user_id": "item.user_id = :to_user_id::bigint",
    "transferred_by": "item.transferred_by = :transferred_by::bigint",
    "user_id": ":user_id::bigint in (item.user_id, item.from_user_id)",
}
# Of transfers the cube also tells whom the item was taken from and who asked for it.
TRANSFER_SIDES = {"from_user_id": "handed_over", "transferred_by": "initiated"}


@dataclass(frozen=True, slots=True)
class Selection:
    """One way to pick items.

    Args:
        columns: File that names the columns.
        measure: The cube's expression that counts the items, None where none does.
        conditions: What the items must meet beside the filters of dimensions and dates.
        sides: Whether the conditions tell whose the items are.
        person: Parameter that names the person of the measure; the items' holder unless `sides`.
        body: File that is the body of a page.
    """

    columns: str
    measure: str | None
    conditions: tuple[str, ...]
    sides: bool = False
    person: str | None = "user_id"
    body: str = "drilldown"


def by_state(
    states: Mapping[str, Any], *, columns: str = "columns_item", body: str = "drilldown"
) -> Selection:
    """Items in some states: `status`, `sla_status`, `is_open`, `is_judged`, `has_target`."""
    return Selection(
        columns=columns,
        measure=measure_of(states),
        conditions=tuple(STATES.get(name) or TRUTHS[name, value] for name, value in states.items()),
        body=body,
    )


def by_origin(origin: ItemOrigin | None) -> Selection:
    return Selection(
        columns="columns_item",
        measure=ORIGIN_MEASURES[origin],
        conditions=("item.origin = :origin",) if origin else (),
    )


def by_move(origin: MoveOrigin | None, sides: Sequence[str]) -> Selection:
    """Items from somebody else, by the sides of the move that are known."""
    condition, measure = MOVES[origin]
    counted: str | None = measure
    if sides and tuple(sides) != ("to_user_id",):
        is_transfer = origin is MoveOrigin.TRANSFERRED and len(sides) == 1
        counted = TRANSFER_SIDES.get(sides[0]) if is_transfer else None
    return Selection(
        columns="columns_transfer",
        measure=counted,
        conditions=(condition, *(SIDES[name] for name in sides)),
        sides=True,
        person=sides[0] if sides else None,
    )


def drilldown_of(selection: Selection, values: Mapping[str, Any]) -> RowList:
    """The statements for the filters in use."""
    return _compile(selection, frozenset(name for name in (*BITS, *DATES) if values.get(name) is not None))


def counting_values(selection: Selection, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same values, with the person whom the measure counts in the place of the items' holder."""
    if not selection.sides or selection.measure is None:
        return values
    return {**values, "user_id": values[selection.person] if selection.person else None}


@cache
def _compile(selection: Selection, given: frozenset[str]) -> RowList:
    filters = [EQUAL[name] for name in EQUAL if name in given and not (selection.sides and name == "user_id")]
    dates = [DATES[name] for name in DATES if name in given]
    series = given & BITS.keys()
    seeks = selection.measure is not None and is_one_series(series)
    conditions = [*selection.conditions, *filters]
    return compile_work_list(
        series,
        percentiles=selection.body == "user_items",
        columns=selection.columns,
        conditions=[*conditions, *dates],
        page_conditions=[*conditions, *PAGE_DAYS] if seeks else None,
        order=NEWEST_FIRST,
        source=ITEM_ROWS,
        body=selection.body,
        extras="{{ user_summary }}" if selection.body == "user_items" else "",
        count="{{ work_count }}" if selection.measure else "{{ count_in_rows }}",
        window="{{ work_window_newest_first }}" if seeks else "{{ window_whole }}",
        measure=selection.measure or "",
    )
