"""Roles as the command line names them."""

from sluice.errors import SettingError

DEFAULT_SYSTEM = "tts"
SYSTEM_OF_ROLE = {"ticket coordinator": "hdts"}


def parse_role(text: str) -> tuple[str, str]:
    """Read `system:Role`, or `Role` alone, which stands in the system where that role is at home."""
    system, colon, name = (part.strip() for part in text.rpartition(":"))
    if not name or (colon and not system):
        message = f"--role {text!r} names no role: write Admin, or system:Role as in hdts:Ticket Coordinator"
        raise SettingError(message)
    return system.lower() or SYSTEM_OF_ROLE.get(name.lower(), DEFAULT_SYSTEM), name
