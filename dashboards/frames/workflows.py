"""Steps, moves and ways as tables, and which of them are the slowest."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import pandas as pd

from dashboards.answers.workflows import MapEdge, MapNode, StepMetric, Variant, WorkflowMetric
from dashboards.components import wording
from dashboards.texts import _

Timed = TypeVar("Timed", StepMetric, MapNode, MapEdge)

# Between the steps of a way.
ARROW = " → "


def slowest(timed: Iterable[Timed]) -> Timed | None:
    """The one that half of the tickets are longest at; None where no time is known."""
    known = [(one.median_hours, one) for one in timed if one.median_hours is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def workflow_bars(workflows: Sequence[WorkflowMetric]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "workflow_id": row.workflow_id,
                "Workflow": row.workflow_name,
                "Bar": f"{row.workflow_name}  {wording.count(row.total_tasks)}",
                "Tickets": row.total_tasks,
            }
            for row in workflows
        ],
        columns=["workflow_id", "Workflow", "Bar", "Tickets"],
    )


def step_bars(steps: Sequence[StepMetric]) -> pd.DataFrame:
    """One row per step, the slowest said to be so."""
    last = slowest(steps)
    return pd.DataFrame(
        [
            {
                "step_id": row.step_id,
                "Step": row.step_name,
                "Bar": f"{row.step_name}  {wording.hours(row.median_hours)}",
                "Median hours": row.median_hours,
                "90 % within hours": row.p90_hours,
                "Visits": row.samples,
                "Pace": _("Slowest step") if row is last else _("Other steps"),
            }
            for row in steps
        ],
        columns=["step_id", "Step", "Bar", "Median hours", "90 % within hours", "Visits", "Pace"],
    )


def variant_table(variants: Sequence[Variant]) -> pd.DataFrame:
    """One row per way; `Kind` says whether the design permits it."""
    return pd.DataFrame(
        [
            {
                "variant_id": str(row.variant_id),
                "Way": ARROW.join(row.steps),
                "Bar": f"{row.share:.1f}{wording.NO_BREAK}%  {ARROW.join(row.steps)}",
                "Kind": kind_of(row),
                "Tickets": row.count,
                "Share %": row.share,
                "Median hours": row.median_hours,
                "90 % within hours": row.p90_hours,
            }
            for row in variants
        ],
        columns=[
            "variant_id", "Way", "Bar", "Kind", "Tickets", "Share %", "Median hours", "90 % within hours",
        ],
    )  # fmt: skip


def kind_of(variant: Variant) -> str:
    if variant.is_happy_path:
        return _("Most frequent designed way")
    return _("Designed") if variant.is_designed else _("Deviates")
