"""Reading the audit trail."""

from api.audit import repository, sentences
from api.audit.errors import AuditEventNotFoundError
from api.audit.models import AuditEvent
from api.audit.repository import AuditFilters
from api.audit.schemas import AuditEventRead
from api.kit.db import Session
from api.kit.pagination import Ordering, Page, PageRequest


async def list_events(
    session: Session, filters: AuditFilters, ordering: Ordering, page: PageRequest
) -> Page[AuditEventRead]:
    count, events = await repository.list_events(session, filters, ordering, page)
    return page.envelope(count, [_show(event) for event in events])


async def get_event(session: Session, audit_event_id: int) -> AuditEventRead:
    event = await repository.find_event(session, audit_event_id)
    if event is None:
        raise AuditEventNotFoundError
    return _show(event)


def _show(event: AuditEvent) -> AuditEventRead:
    return AuditEventRead(
        id=event.audit_event_id,
        user_id=event.user_id,
        username=event.username,
        email=event.email,
        actor_roles=event.actor_roles,
        action=event.action,
        action_display=sentences.display(event.action),
        target_type=event.target_type,
        target_id=event.target_id,
        changes=event.changes,
        description=event.description,
        human_readable=sentences.tell(
            event.username, event.action, event.target_type, event.target_id, event.changes
        ),
        timestamp=event.recorded_at,
        request_id=event.request_id,
        ip_address=str(event.ip_address) if event.ip_address is not None else None,
        user_agent=event.user_agent,
    )
