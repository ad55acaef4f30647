"""What is told of a role and of its members, in whatever order it arrives: of each the newest word counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.audit.trail import Trail
from api.identity.models import Role, RoleUser
from api.kit.clock import utc_now
from api.kit.db import Session
from api.roles import repository
from api.roles.errors import RoleNameTakenError
from api.roles.schemas import Member, RoleFields, SyncStatus
from api.tasks import reassignment

_ROLE_FIELDS = ("name", "system", "description", "is_custom")


@dataclass(frozen=True, slots=True)
class RoleWord:
    """What is told of a role, and of which instant."""

    fields: RoleFields
    at: datetime
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class MemberWord:
    """What is told of somebody's membership; one that waited for its role has not counted yet."""

    member: Member
    at: datetime
    was_parked: bool = False

    def is_news_to(self, membership: RoleUser | None) -> bool:
        told_at = membership.last_told_at if membership else None
        return told_at is None or self.at > told_at or (self.was_parked and self.at == told_at)


@dataclass(slots=True)
class Told:
    """What became of the words of one request."""

    status: SyncStatus = SyncStatus.IGNORED
    is_new_role: bool = False
    reassigned_tasks: int = 0
    assigned_tasks: int = 0


@dataclass(slots=True)
class Listener:
    """Takes in words on one role, one request after the other."""

    session: Session
    trail: Trail
    role_id: int
    role: Role | None
    memberships: dict[int, RoleUser]
    told: Told = field(default_factory=Told)

    @property
    def is_live(self) -> bool:
        return self.role is not None and self.role.deleted_at is None

    async def hear_role(self, word: RoleWord) -> None:
        """Make a role, change or delete it; what waited for it counts once it is there."""
        if self.role is not None and self.role.last_told_at and word.at <= self.role.last_told_at:
            return
        was_live, fields = self.is_live, word.fields
        if not word.is_deleted and await repository.is_name_taken(
            self.session, self.role_id, fields.system, fields.name
        ):
            raise RoleNameTakenError
        if was_live and word.is_deleted:
            await self._close(word.at)
        await self._write_role(word, was_live=was_live)
        self.told.status = SyncStatus.APPLIED
        if self.is_live and not was_live:
            await self._hear_parked()

    async def hear_members(self, words: Sequence[MemberWord]) -> None:
        """Let people join, change or leave; without their role the words wait."""
        news = [word for word in words if word.is_news_to(self.memberships.get(word.member.user_id))]
        if not self.is_live:
            for word in news:
                await self._park(word.member, word.at)
            return
        if not news:
            return
        self.told.status = SyncStatus.APPLIED
        leaving = [
            self.memberships[word.member.user_id]
            for word in news
            if not word.member.is_active and self._is_member(word.member.user_id)
        ]
        await self._lock_tasks(leaving)
        for word in news:
            self._write_member(word)
        await self.session.flush()
        for membership in leaving:
            await self._reassign(membership, f"{membership.user_full_name} left the role")
        self.told.assigned_tasks += await reassignment.assign_waiting(
            self.session, self.trail, self.role_id, at=utc_now()
        )

    def _is_member(self, user_id: int) -> bool:
        membership = self.memberships.get(user_id)
        return membership is not None and membership.is_active

    async def _lock_tasks(self, leaving: Collection[RoleUser]) -> None:
        await reassignment.lock_concerned(
            self.session, self.role_id, [membership.role_user_id for membership in leaving]
        )

    async def _reassign(self, membership: RoleUser, reason: str) -> None:
        self.told.reassigned_tasks += await reassignment.reassign_open_items(
            self.session, self.trail, membership, at=utc_now(), reason=reason
        )

    async def _close(self, at: datetime) -> None:
        """End all memberships of a role; they wait, should it ever come back."""
        members = [membership for membership in self.memberships.values() if membership.is_active]
        await self._lock_tasks(members)
        for membership in members:
            await self._park(_member_of(membership), membership.last_told_at or membership.valid_from)
            _end(membership, at)
        await self.session.flush()
        for membership in members:
            await self._reassign(membership, "the role was deleted")

    async def _hear_parked(self) -> None:
        parked = await repository.list_parked(self.session, self.role_id)
        for waiting in parked:
            waiting.applied_at = utc_now()
        await self.hear_members(
            [
                MemberWord(Member.model_validate(waiting.message), waiting.occurred_at, was_parked=True)
                for waiting in parked
            ]
        )

    async def _park(self, member: Member, at: datetime) -> None:
        message = member.model_dump(mode="json", exclude_unset=True)
        if await repository.park(self.session, self.role_id, member.user_id, at, message):
            self.told.status = SyncStatus.PARKED

    async def _write_role(self, word: RoleWord, *, was_live: bool) -> None:
        role, given = self.role, word.fields.model_dump(include=set(_ROLE_FIELDS))
        if role is None:
            role = self.role = Role(role_id=self.role_id, **given)
            self.session.add(role)
            changes = {name: {"old": None, "new": value} for name, value in given.items()}
        else:
            kept = word.fields.model_fields_set
            changes = _assign(role, {name: value for name, value in given.items() if name in kept})
        role.deleted_at = word.at if word.is_deleted else None
        role.last_told_at, role.synced_at = word.at, utc_now()
        await self.session.flush()
        self.told.is_new_role = not was_live
        if word.is_deleted:
            self._record("delete_role", {"name": {"old": role.name, "new": None}} if was_live else None)
        elif changes or not was_live:
            self._record("update_role" if was_live else "create_role", changes)

    def _write_member(self, word: MemberWord) -> None:
        member, user_id = word.member, word.member.user_id
        membership, was_active = self.memberships.get(user_id), self._is_member(user_id)
        given = _columns_of(member)
        if membership is None:
            membership = RoleUser(role_id=self.role_id, user_id=user_id, valid_from=word.at, **given)
            membership.is_active = True
            self.session.add(membership)
            self.memberships[user_id] = membership
            changes: dict[str, Any] = {}
        else:
            changes = _assign(membership, given)
        if not member.is_active:
            _end(membership, word.at)
        elif not was_active:
            membership.is_active, membership.valid_from, membership.valid_to = True, word.at, None
        membership.last_told_at = word.at
        who = {"user_id": user_id, "user_full_name": membership.user_full_name}
        if membership.is_active != was_active:
            self._record("add_member" if membership.is_active else "remove_member", who)
        elif changes:
            self._record("update_member", {**who, **changes})

    def _record(self, action: str, changes: Mapping[str, Any] | None) -> None:
        self.trail.record(action, "Role", self.role_id, changes)


async def listen(session: Session, trail: Trail, role_id: int) -> Listener:
    """Begin to take in words on a role; others with something to say of it wait until the commit."""
    await repository.lock_words(session, role_id)
    role = await repository.find_role(session, role_id)
    return Listener(session, trail, role_id, role, await repository.list_memberships(session, role_id))


def _end(membership: RoleUser, at: datetime) -> None:
    if membership.is_active:
        membership.is_active, membership.valid_to = False, max(at, membership.valid_from)


def _assign(row: Role | RoleUser, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set columns, and tell those that were something else before."""
    changes = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            changes[name] = {"old": old, "new": value}
            setattr(row, name, value)
    return changes


def _columns_of(member: Member) -> dict[str, Any]:
    given: dict[str, Any] = {"user_full_name": member.user_full_name}
    if "user_email" in member.model_fields_set:
        given["email"] = member.user_email
    if "department" in member.model_fields_set:
        given["department"] = member.department
    if "settings" in member.model_fields_set:
        given |= {"settings": member.settings, "capacity": member.settings.get("capacity")}
    return given


def _member_of(membership: RoleUser) -> Member:
    return Member(
        user_id=membership.user_id,
        user_full_name=membership.user_full_name,
        user_email=membership.email,
        department=membership.department,
        settings=membership.settings,
    )
