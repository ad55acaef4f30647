"""The tree of departments, categories and sub-categories as rows, each after the one it belongs to."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from dashboards.answers.categories import Categories
from dashboards.components import wording

# A line of the tree is put this far right of the one it belongs to. Charts strip blanks from their labels,
# but for those behind a mark, which has no width.
INDENT, MARK = "\u2003\u2003", "\u200b"
COLUMNS = ["Level", "Name", "Bar", "Tickets", "Field"]


def tree_table(whole: Categories, unfolded: str | None, branch: Categories | None) -> pd.DataFrame:
    """Every department, and below the unfolded one what it is made of.

    `Field` names the number as a proof does: that of a department in the whole answer, those below it in
    the answer about the branch.
    """
    rows: list[dict[str, Any]] = []
    for row in whole.by_department:
        rows.append(_line(0, row.department, row.count, f"by_department[department={row.department}].count"))
        if branch is not None and row.department == unfolded:
            rows += _below(branch)
    return pd.DataFrame(rows, columns=COLUMNS)


def _below(branch: Categories) -> Iterator[dict[str, Any]]:
    for category in branch.hierarchical:
        field = f"hierarchical[category={category.category}]"
        yield _line(1, category.category, category.total, f"{field}.total")
        for part in category.sub_categories:
            yield _line(2, part.name, part.count, f"{field}.sub_categories[name={part.name}].count")


def _line(level: int, name: str, count: int, field: str) -> dict[str, Any]:
    shown = f"{MARK}{INDENT * level}{name}"
    values = (level, shown, f"{shown}  {wording.count(count)}", count, field)
    return dict(zip(COLUMNS, values, strict=True))
