"""The chain of the audit trail, computed here and not by the database that is under examination."""

import hashlib
import json
from dataclasses import dataclass, replace

LANES = 32
FIRST_LINK = bytes(32)


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the trail. JSON columns are the text that PostgreSQL prints for them."""

    audit_event_id: int
    lane: int
    sequence: int
    user_id: int | None
    username: str | None
    email: str | None
    actor_roles: str | None
    action: str
    target_type: str
    target_id: int | None
    changes: str | None
    description: str | None
    request_id: str | None
    ip_address: str | None
    user_agent: str | None
    recorded_microseconds: int | None
    previous_hash: bytes
    hash: bytes

    @property
    def content(self) -> str:
        """What the hash covers: one JSON array, spaced as PostgreSQL spaces it."""
        parts = (
            json.dumps(self.audit_event_id),
            json.dumps(self.lane),
            json.dumps(self.sequence),
            json.dumps(self.user_id),
            _text(self.username),
            _text(self.email),
            self.actor_roles or "null",
            _text(self.action),
            _text(self.target_type),
            json.dumps(self.target_id),
            self.changes or "null",
            _text(self.description),
            _text(self.request_id),
            _text(self.ip_address),
            _text(self.user_agent),
            json.dumps(self.recorded_microseconds),
        )
        return f"[{', '.join(parts)}]"

    @property
    def is_intact(self) -> bool:
        return hashlib.sha256(self.previous_hash + self.content.encode()).digest() == self.hash

    def was_at(self, sequence: int) -> bool:
        """Tell whether the row would be intact at another place of its lane."""
        return replace(self, sequence=sequence).is_intact


def _text(value: str | None) -> str:
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a lane ends."""

    lane: int
    sequence: int
    hash: bytes
