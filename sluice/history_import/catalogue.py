"""What lives refer to: workflows, people and memberships by the names a log gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from api.identity.enums import UserType
from api.sla.calendars import AROUND_THE_CLOCK, WorkingTime
from api.sla.clock import Policy

ROLE_SYSTEM = "tts"
OWNER_SYSTEM = "hdts"
OWNER_ROLE = "Ticket Coordinator"


class StepRef(NamedTuple):
    step_id: int
    role_id: int
    # The step's part of the workflow's SLA: its weight over the sum of all weights.
    share: Decimal


@dataclass(frozen=True)
class WorkflowRef:
    workflow_id: int
    workflow_version_id: int
    steps: Mapping[str, StepRef]
    transitions: Mapping[tuple[int, int], int]
    slas: Mapping[str, timedelta] = field(default_factory=dict)
    working_time: WorkingTime = AROUND_THE_CLOCK
    calendar_revision_id: int | None = None

    def policy(self, priority: str) -> Policy:
        return Policy(self.slas.get(priority), self.working_time)


class PersonRef(NamedTuple):
    user_id: int
    full_name: str


@dataclass(frozen=True)
class Catalogue:
    """Ids for names; a life is built from this and its events alone."""

    fallback_role: str
    workflows: Mapping[str, WorkflowRef]
    people: Mapping[tuple[UserType, str], PersonRef]
    # By role system, role name in lower case, and the person's name.
    memberships: Mapping[tuple[str, str, str], int]

    def staff_id(self, name: str | None) -> int | None:
        return None if name is None else self.people[UserType.STAFF, name].user_id

    def membership(self, group: str | None, person: str) -> int:
        return self.memberships[ROLE_SYSTEM, (group or self.fallback_role).lower(), person]

    def ownership(self, person: str | None) -> int | None:
        return None if person is None else self.memberships[OWNER_SYSTEM, OWNER_ROLE.lower(), person]
