"""Which series of `serving.work_cube` and `serving.duration_histogram` answer for a set of filters.

The cube of the work has nine dimensions, too many to keep each of their combinations. One that is kept is a
single series; any other is the sum over the series of the narrowest one that keeps all that is asked for, at
the last over the leaves, which keep all nine. Both are an array of keys here, so that a statement is written
once for either:

* `series` in the frame, one row: `series_keys`, and with `percentiles` also `histogram_keys`.
* `{{ <dimension>_groups }}`, such as `{{ step_groups }}`: one row per value of the dimension, with the
  dimension's columns (`GROUP_COLUMNS`) and the same arrays. Named `series`, it takes the frame's place:
  `from {{ step_groups }} as series cross join lateral {{ work_measures }} as measured`.
* `{{ work_measures }}`: what the `series_keys` of the relation `series` counted between the two dates.
* `{{ percentiles }}`: samples, percentiles, least and greatest seconds of what a relation `timed` asks for,
  which a body makes of the `histogram_keys` of `series` and a measure (action, item_resolution, visit).

The filters are parameters named like the dimensions: `:department`, `:step_id` and so on.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.insights.answers.lists import RowList, compile_list
from api.insights.answers.statements import Statement, compile_answer, render

# Bits of `serving.work_series.kept`.
BITS = {
    "department": 1,
    "category": 2,
    "sub_category": 4,
    "workflow_id": 8,
    "step_id": 16,
    "priority": 32,
    "role": 64,
    "user_id": 128,
    "source": 256,
}
LEAVES = 511
# Of the dimensions with few values each: what is asked of them together is the sum of few series.
COARSE = frozenset({"department", "workflow_id", "step_id", "priority", "role", "source"})
COARSE_MASKS = {
    sum(BITS[name] for name in kept)
    for kept in (COARSE, COARSE | {"category"}, COARSE - {"step_id"} | {"user_id"})
}
HISTOGRAM_MASKS = frozenset({0, *BITS.values(), *COARSE_MASKS, LEAVES})
KEPT_PAIRS = (
    ("workflow_id", "department"),
    ("workflow_id", "category"),
    ("workflow_id", "priority"),
    ("department", "category"),
    ("department", "priority"),
    ("category", "priority"),
    ("category", "sub_category"),
    ("step_id", "priority"),
    ("step_id", "department"),
    ("step_id", "category"),
    ("role", "priority"),
    ("role", "department"),
    ("role", "category"),
    ("role", "workflow_id"),
    ("user_id", "priority"),
    ("user_id", "department"),
    ("user_id", "category"),
    ("user_id", "workflow_id"),
)
CUBE_MASKS = HISTOGRAM_MASKS | {BITS[one] | BITS[other] for one, other in KEPT_PAIRS}

GROUP_COLUMNS = {
    "department": ("department",),
    "category": ("category",),
    "sub_category": ("sub_category",),
    "workflow": ("workflow_id", "workflow_name"),
    "step": ("step_id", "step_name"),
    "priority": ("priority",),
    "role": ("role",),
    "user": ("user_id", "user_name"),
    "source": ("source",),
}


def given_filters(values: Mapping[str, Any]) -> frozenset[str]:
    """The dimensions of the work that are filtered by."""
    return frozenset(name for name in BITS if values.get(name) is not None)


def is_one_series(given: frozenset[str]) -> bool:
    return mask_of(given) in CUBE_MASKS


def mask_of(dimensions: frozenset[str]) -> int:
    return sum(BITS[name] for name in dimensions)


def narrowest_mask(asked: int, masks: frozenset[int]) -> int:
    """The kept combination of fewest dimensions that has all that are asked for."""
    return min((mask for mask in masks if mask & asked == asked), key=lambda mask: (mask.bit_count(), mask))


@cache
def compile_work_answer(
    name: str, given: frozenset[str], *, percentiles: bool = False, **fragments: str
) -> Statement:
    """A statement that answers from the work of the current publication.

    Args:
        name: File that is the body.
        given: The dimensions filtered by, see `given_filters`; there is one statement for each set.
        percentiles: Whether the body asks for `{{ percentiles }}`.
        fragments: What stands for further names in braces.
    """
    groups = {f"{group}_groups": _groups(group, given, percentiles=percentiles) for group in GROUP_COLUMNS}
    return compile_answer(
        name,
        series="work_root",
        work_root=_root(given, percentiles=percentiles),
        **groups,
        **fragments,
    )


def compile_work_list(given: frozenset[str], *, percentiles: bool = False, **parts: Any) -> RowList:
    """The same for a list whose rows the work's cube counts; for the parts see `compile_list`."""
    return compile_list(series="work_root", work_root=_root(given, percentiles=percentiles), **parts)


def _root(given: frozenset[str], *, percentiles: bool) -> str:
    columns = [f"{_root_keys(given, CUBE_MASKS)} as series_keys"]
    if percentiles:
        columns.append(f"{_root_keys(given, HISTOGRAM_MASKS)} as histogram_keys")
    return "select " + ", ".join(columns)


def _root_keys(given: frozenset[str], masks: frozenset[int]) -> str:
    asked = mask_of(given)
    if asked in masks:
        return "array[{{ work_key }}]"
    kept = str(narrowest_mask(asked, masks))
    return render("work_parts", {"kept": kept, "filters": _conditions("part", given)})


def _groups(group: str, given: frozenset[str], *, percentiles: bool) -> str:
    own = [f"branch.{name}" for name in GROUP_COLUMNS[group]]
    asked = mask_of(given | {GROUP_COLUMNS[group][0]})
    wanted = {"series_keys": narrowest_mask(asked, CUBE_MASKS)}
    if percentiles:
        wanted["histogram_keys"] = narrowest_mask(asked, HISTOGRAM_MASKS)
    keys = [
        f"array_agg(branch.series_key) filter (where branch.kept = {kept}) as {name}"
        for name, kept in wanted.items()
    ]
    return render(
        "work_groups",
        {
            "columns": ", ".join(own),
            "keys": ", ".join(keys),
            "kept": ", ".join(str(kept) for kept in sorted(set(wanted.values()))),
            "value": own[0],
            "filters": _conditions("branch", given),
        },
    )


def _conditions(relation: str, given: frozenset[str]) -> str:
    return " and ".join(f"{relation}.{name} = :{name}" for name in BITS if name in given) or "true"
