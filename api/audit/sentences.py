"""Audit events in words: `ana updated workflow #3: name VPN → VPN access`."""

from collections.abc import Mapping
from typing import Any

from api.audit.enums import AuditAction

_SHOWN_CHANGES = 5
_SHOWN_CHARACTERS = 60
_PAST_TENSE = {
    "create": "Created",
    "update": "Updated",
    "delete": "Deleted",
    "publish": "Published",
    "deploy": "Deployed",
    "pause": "Paused",
    "resume": "Resumed",
    "reorder": "Reordered",
    "assign": "Assigned",
    "escalate": "Escalated",
    "transfer": "Transferred",
    "add": "Added",
    "remove": "Removed",
    "retry": "Retried",
}
# Those whose words do not stand in the order of a sentence.
_DISPLAYS = {
    AuditAction.ROLLBACK_WORKFLOW: "Rolled Back Workflow",
    AuditAction.TRANSITION_TASK: "Moved Task",
    AuditAction.TOGGLE_HOLD: "Held or Resumed Task",
    AuditAction.UPDATE_SLA: "Updated SLA",
    AuditAction.TICKET_OWNER_ESCALATE: "Escalated Ownership",
    AuditAction.TICKET_OWNER_TRANSFER: "Transferred Ownership",
    AuditAction.ADMIN_TRANSFER_TO_SELF: "Took Over Task",
    AuditAction.OTHER: "Did Something Else",
}


def display(action: str) -> str:
    """Name an action as a heading does."""
    if action in _DISPLAYS:
        return _DISPLAYS[AuditAction(action)]
    verb, _, thing = action.partition("_")
    return f"{_PAST_TENSE.get(verb, verb.title())} {thing.replace('_', ' ').title()}".strip()


def tell(
    username: str | None,
    action: str,
    target_type: str,
    target_id: int | None,
    changes: Mapping[str, Any] | None,
) -> str:
    """Say in one sentence who did what to which thing."""
    done = display(action).replace("SLA", "sla").lower().replace("sla", "SLA")
    thing = _in_words(target_type)
    number = "" if target_id is None else f" #{target_id}"
    verb, _, noun = done.rpartition(" ")
    # `created version` of a workflow version, as `updated workflow` of a workflow.
    deed = f"{verb} {thing}" if thing.split()[-1] == noun else f"{done} of {thing}"
    sentence = f"{username or 'somebody'} {deed}{number}"
    shown = [_change(field, value) for field, value in (changes or {}).items() if value not in (None, "")]
    if not shown:
        return sentence
    more = f" and {len(shown) - _SHOWN_CHANGES} more" if len(shown) > _SHOWN_CHANGES else ""
    return f"{sentence}: {', '.join(shown[:_SHOWN_CHANGES])}{more}"


def _in_words(target_type: str) -> str:
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in target_type)
    return spaced.strip().lower()


def _change(field: str, value: object) -> str:
    if isinstance(value, Mapping) and value.keys() == {"old", "new"}:
        return f"{field} {_short(value['old'])} → {_short(value['new'])}"
    return f"{field} {_short(value)}"


def _short(value: object) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
