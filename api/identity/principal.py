"""Who is calling, as the token says it."""

from dataclasses import dataclass, field

from api.identity.enums import UserType

ADMIN_ROLES = frozenset({("tts", "admin"), ("tts", "super admin")})
_COORDINATOR_ROLES = frozenset({("hdts", "ticket coordinator"), ("tts", "ticket coordinator")})


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller. `roles` are (system, role) pairs in lower case."""

    user_id: int
    user_type: UserType
    username: str
    full_name: str = ""
    email: str | None = None
    department: str | None = None
    roles: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    session_id: str | None = None
    is_service: bool = False
    # Where the tickets of a service come from, if its credential is good for one source only.
    source_service: str | None = None

    @property
    def admin_roles(self) -> frozenset[tuple[str, str]]:
        return self.roles & ADMIN_ROLES if self.is_staff else frozenset()

    @property
    def coordinator_roles(self) -> frozenset[tuple[str, str]]:
        return self.roles & _COORDINATOR_ROLES if self.is_staff else frozenset()

    @property
    def is_admin(self) -> bool:
        return bool(self.admin_roles)

    @property
    def is_staff(self) -> bool:
        """Employees live in an id space of their own: their ids may equal those of staff."""
        return self.user_type is UserType.STAFF

    @property
    def key(self) -> str:
        return f"{'service' if self.is_service else self.user_type}:{self.user_id}"


SERVICE = Principal(
    user_id=0, user_type=UserType.STAFF, username="service", full_name="Service", is_service=True
)
