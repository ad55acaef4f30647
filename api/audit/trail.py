"""Writing the audit trail: one row per change, in the transaction of the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import Depends, Request

from api.audit.enums import AuditAction, AuditTarget
from api.audit.models import AuditEvent
from api.identity.principal import Principal
from api.kit.db import Session, write_last


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail of one request: who called, from where, and the session of the change."""

    session: Session
    request: Request

    def record(
        self, action: str, target_type: str, target_id: int, changes: Mapping[str, Any] | None = None
    ) -> None:
        """Tell of a change; the row is written just before the commit, with the change or not at all.

        Raises:
            ValueError: the action or the kind of target is none that the trail can be asked for.
        """
        principal: Principal = self.request.state.principal
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
                request_id=self.request.state.request_id,
                ip_address=_address(self.request),
                user_agent=(self.request.headers.get("user-agent") or "")[:400] or None,
            ),
        )


def _address(request: Request) -> str | None:
    """Read the caller's address; what a proxy forwards may be none at all."""
    try:
        return str(ip_address(request.client.host if request.client else ""))
    except ValueError:
        return None


async def open_trail(request: Request, session: Session) -> Trail:
    return Trail(session, request)


AuditTrail = Annotated[Trail, Depends(open_trail)]
