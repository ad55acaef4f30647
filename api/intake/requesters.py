"""Whose ticket it is, as the two layouts of an employee and the caller's own token say it."""

from dataclasses import dataclass
from typing import Any

from api.identity.enums import UserType
from api.identity.principal import Principal
from api.intake.schemas import Employee, ExternalEmployee
from api.kit.errors import ForbiddenError, ValidationFailedError


@dataclass(frozen=True, slots=True)
class Requester:
    """A person by the space their id is of, the id where it is a number, and what is known of them."""

    kind: UserType
    id: int | None
    description: dict[str, Any]


def requester_of(principal: Principal, named: Employee | ExternalEmployee | None) -> Requester:
    """Say whose ticket it is: the caller's own, unless an admin or a service speaks for someone.

    Raises:
        ValidationFailedError: a service did not say whose.
        ForbiddenError: somebody else was named without the right to.
    """
    if named is not None and (principal.is_service or principal.is_admin):
        return _named(named)
    if principal.is_service:
        raise ValidationFailedError.of("employee", "A service has to say whose ticket it is: give employee")
    if named is not None and _named(named).id != principal.user_id:
        message = "Only an admin or a service may create a ticket for someone else: leave employee out"
        raise ForbiddenError(message)
    name = principal.full_name or principal.username or f"{principal.user_type} {principal.user_id}"
    own = Employee(id=principal.user_id, name=name, email=principal.email)
    return Requester(principal.user_type, principal.user_id, own.model_dump())


def _named(named: Employee | ExternalEmployee) -> Requester:
    if isinstance(named, Employee):
        return Requester(UserType.EMPLOYEE, named.id, named.model_dump())
    company_id = str(named.company_id)
    is_number = company_id.isascii() and company_id.isdigit() and len(company_id) <= 18  # noqa: PLR2004
    employee_id = int(company_id) if is_number else None
    description = {
        "id": employee_id,
        "name": f"{named.first_name} {named.last_name}",
        **named.model_dump(exclude={"company_id"}),
        "company_id": company_id,
    }
    return Requester(UserType.EMPLOYEE, employee_id, description)
