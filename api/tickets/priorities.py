"""Reading priorities as other systems spell them."""

from api.tickets.enums import Priority

_SPELLINGS = {priority.lower(): priority for priority in Priority} | {"urgent": Priority.CRITICAL}


def read_priority(value: object) -> Priority:
    """Read a priority in any case; `Urgent` is `Critical`, none at all is `Medium`.

    Raises:
        ValueError: in one sentence with the permitted values.
    """
    if value is None:
        return Priority.MEDIUM
    found = _SPELLINGS.get(str(value).strip().lower())
    if found is None:
        message = f"{str(value)[:40]!r} is not a priority: use one of {', '.join(Priority)}"
        raise ValueError(message)
    return found
