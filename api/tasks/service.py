"""What one person has to do."""

from api.identity.principal import Principal
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.pagination import Ordering, Page, PageRequest
from api.tasks import assignments
from api.tasks.assignments import AssignmentFilters
from api.tasks.read_schemas import AssignmentRow


async def list_my_tasks(
    session: Session,
    principal: Principal,
    filters: AssignmentFilters,
    ordering: Ordering,
    page: PageRequest,
) -> Page[AssignmentRow]:
    memberships = await assignments.list_memberships(session, principal.user_id, filters.role)
    count, rows = await assignments.list_assignments(
        session, memberships, filters, ordering, page, now=utc_now()
    )
    return page.envelope(count, [AssignmentRow.model_validate(row) for row in rows])
