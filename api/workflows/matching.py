"""Which workflow takes a ticket."""

from collections.abc import Iterable
from dataclasses import dataclass

ANY_SUB_CATEGORY = frozenset({"", "*"})


@dataclass(frozen=True, slots=True)
class Candidate:
    workflow_id: int
    department: str
    category: str
    sub_category: str


def normalise(value: str | None) -> str:
    return (value or "").strip().casefold()


def choose_workflow(
    candidates: Iterable[Candidate],
    *,
    department: str | None,
    category: str | None,
    sub_category: str | None,
) -> int | None:
    """Choose among the live workflows; None when the ticket has to wait for a person.

    Department and category must be equal. A workflow for the very sub-category comes before one for
    any; of equals, the oldest.
    """
    wanted = (normalise(department), normalise(category))
    ranked = []
    for candidate in candidates:
        if not all(wanted) or (normalise(candidate.department), normalise(candidate.category)) != wanted:
            continue
        own = normalise(candidate.sub_category)
        if own == normalise(sub_category):
            ranked.append((0, candidate.workflow_id))
        elif own in ANY_SUB_CATEGORY:
            ranked.append((1, candidate.workflow_id))
    return min(ranked)[1] if ranked else None
