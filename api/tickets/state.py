"""The life cycle of a ticket's status."""

from api.tickets.enums import TicketStatus

_NEXT: dict[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.NEW: frozenset(
        {TicketStatus.OPEN, TicketStatus.IN_PROGRESS, TicketStatus.REJECTED, TicketStatus.WITHDRAWN}
    ),
    TicketStatus.OPEN: frozenset(
        {
            TicketStatus.IN_PROGRESS,
            TicketStatus.ON_HOLD,
            TicketStatus.PENDING,
            TicketStatus.REJECTED,
            TicketStatus.WITHDRAWN,
        }
    ),
    TicketStatus.IN_PROGRESS: frozenset(
        {
            TicketStatus.ON_HOLD,
            TicketStatus.PENDING,
            TicketStatus.RESOLVED,
            TicketStatus.REJECTED,
            TicketStatus.WITHDRAWN,
        }
    ),
    TicketStatus.ON_HOLD: frozenset({TicketStatus.IN_PROGRESS, TicketStatus.WITHDRAWN}),
    TicketStatus.PENDING: frozenset({TicketStatus.IN_PROGRESS, TicketStatus.WITHDRAWN}),
    TicketStatus.RESOLVED: frozenset({TicketStatus.CLOSED, TicketStatus.IN_PROGRESS}),
}


OVER = frozenset({TicketStatus.RESOLVED, TicketStatus.REJECTED, TicketStatus.WITHDRAWN, TicketStatus.CLOSED})


def is_over(status: TicketStatus) -> bool:
    """Tell whether nobody has anything left to do for a ticket."""
    return status in OVER


def may_become(current: TicketStatus, wanted: TicketStatus) -> bool:
    return wanted in _NEXT.get(current, frozenset())


def path_to(current: TicketStatus, wanted: TicketStatus) -> list[TicketStatus]:
    """List the statuses to pass through, `wanted` last; empty when there is no way.

    A first action that also finishes the work takes a ticket from `New` to `Resolved`: it was in
    progress for that instant.
    """
    if may_become(current, wanted):
        return [wanted]
    if may_become(current, TicketStatus.IN_PROGRESS) and may_become(TicketStatus.IN_PROGRESS, wanted):
        return [TicketStatus.IN_PROGRESS, wanted]
    return []
