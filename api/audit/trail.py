"""Writing the audit trail: one row per change, in the transaction of the change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import Depends, Request

from api.audit.enums import AuditAction, AuditTarget
from api.audit.models import AuditEvent
from api.identity.principal import SERVICE, Principal
from api.kit.db import Session, write_last


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose doing a change is, and from where they asked for it."""

    principal: Principal
    request_id: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail of one transaction: its session, and where what is told in it comes from."""

    session: Session
    # Asked when something is told: a request is let in only after its trail was opened.
    find_origin: Callable[[], Origin]

    def record(
        self, action: str, target_type: str, target_id: int, changes: Mapping[str, Any] | None = None
    ) -> None:
        """Tell of a change; the row is written just before the commit, with the change or not at all.

        Raises:
            ValueError: the action or the kind of target is none that the trail can be asked for.
        """
        origin = self.find_origin()
        principal = origin.principal
        write_last(
            self.session,
            AuditEvent(
                user_id=None if principal.is_service else principal.user_id,
                username=principal.username[:150],
                email=principal.email and principal.email[:254],
                actor_roles=sorted(f"{system}:{role}" for system, role in principal.roles),
                action=AuditAction(action),
                target_type=AuditTarget(target_type),
                target_id=target_id,
                changes=dict(changes) if changes is not None else None,
                request_id=origin.request_id,
                ip_address=origin.ip_address,
                user_agent=origin.user_agent,
            ),
        )


def _address(request: Request) -> str | None:
    """Read the caller's address; what a proxy forwards may be none at all."""
    try:
        return str(ip_address(request.client.host if request.client else ""))
    except ValueError:
        return None


def _origin_of(request: Request) -> Origin:
    return Origin(
        request.state.principal,
        request.state.request_id,
        _address(request),
        (request.headers.get("user-agent") or "")[:400] or None,
    )


async def open_trail(request: Request, session: Session) -> Trail:
    return Trail(session, partial(_origin_of, request))


def system_trail(session: Session, username: str) -> Trail:
    """Open the trail of a change that no request asked for: a timer's, or one of the command line.

    Args:
        session: that of the change, begun by `Database.transaction`, which writes the trail last.
        username: what the trail calls the part of the system that makes the change.
    """
    origin = Origin(replace(SERVICE, username=username))
    return Trail(session, lambda: origin)


AuditTrail = Annotated[Trail, Depends(open_trail)]
