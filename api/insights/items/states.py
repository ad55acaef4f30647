"""What became of items, as the cube counts it: which of its columns add up to which states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.insights.answers.enums import SlaStatus
from api.insights.items.enums import TurnStatus

# What the cube counts without telling the SLA states apart.
PLAIN_MEASURES: dict[tuple[tuple[str, Any], ...], str] = {
    (): "items",
    (("is_open", True),): "items_open",
    (("is_open", False),): "(items - items_open)",
    (("status", TurnStatus.NEW),): "items_new",
    (("status", TurnStatus.IN_PROGRESS),): "items_in_progress",
    (("status", TurnStatus.RESOLVED),): "items_resolved",
    (("status", TurnStatus.REASSIGNED),): "items_reassigned",
    (("status", TurnStatus.ESCALATED),): "items_escalated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Items that the cube counts together; None where it does not tell them apart."""

    measure: str
    status: TurnStatus
    sla_status: SlaStatus = SlaStatus.NO_SLA
    is_open: bool | None = False
    has_target: bool | None = True

    def is_in(self, states: Mapping[str, Any]) -> bool | None:
        """Whether the states take all of these items or none; None if some."""
        told = {
            "status": self.status,
            "sla_status": self.sla_status,
            "is_open": self.is_open,
            "is_judged": self.sla_status is not SlaStatus.NO_SLA,
            "has_target": self.has_target,
        }
        if any(told[name] is not None and told[name] != wanted for name, wanted in states.items()):
            return False
        return None if any(told[name] is None for name in states) else True


def _unfinished(status: TurnStatus, name: str) -> tuple[Cell, ...]:
    states = {
        SlaStatus.ON_TRACK: f"{name}_on_track",
        SlaStatus.AT_RISK: f"{name}_at_risk",
        SlaStatus.BREACHED: f"{name}_breached",
    }
    judged = [
        Cell(measure=measure, status=status, sla_status=state, is_open=True)
        for state, measure in states.items()
    ]
    # Those without a target, and those that closed together with their task.
    rest = f"({' - '.join((f'items_{name}', *states.values()))})"
    return *judged, Cell(measure=rest, status=status, is_open=None, has_target=None)


CELLS = (
    *_unfinished(TurnStatus.NEW, "new"),
    *_unfinished(TurnStatus.IN_PROGRESS, "in_progress"),
    Cell(measure="resolved_met", status=TurnStatus.RESOLVED, sla_status=SlaStatus.MET),
    Cell(measure="resolved_missed", status=TurnStatus.RESOLVED, sla_status=SlaStatus.BREACHED),
    Cell(
        measure="(items_resolved - resolved_met - resolved_missed)",
        status=TurnStatus.RESOLVED,
        has_target=False,
    ),
    Cell(measure="escalated_missed", status=TurnStatus.ESCALATED, sla_status=SlaStatus.BREACHED),
    Cell(measure="escalated_in_time", status=TurnStatus.ESCALATED),
    Cell(
        measure="(items_escalated - escalated_in_time - escalated_missed)",
        status=TurnStatus.ESCALATED,
        has_target=False,
    ),
    Cell(measure="reassigned_with_target", status=TurnStatus.REASSIGNED),
    Cell(
        measure="(items_reassigned - reassigned_with_target)",
        status=TurnStatus.REASSIGNED,
        has_target=False,
    ),
)


def measure_of(states: Mapping[str, Any]) -> str | None:
    """The expression over the cube's columns that counts the items in these states.

    Args:
        states: Wanted values of `status`, `sla_status`, `is_open`, `is_judged` and `has_target`.

    Returns:
        The expression; None if the cube does not cross these states.
    """
    plain = PLAIN_MEASURES.get(tuple(states.items()))
    if plain is not None:
        return plain
    taken = [(cell.measure, cell.is_in(states)) for cell in CELLS if cell.is_in(states) is not False]
    if any(is_in is None for _, is_in in taken):
        return None
    return " + ".join(measure for measure, _ in taken) or "0"
