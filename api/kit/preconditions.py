"""Optimistic concurrency: the version a caller has seen, from `If-Match` or from the body."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from api.kit.errors import ValidationFailedError, VersionConflictError

_ETAG = re.compile(r'(?:W/)?"?([0-9]{1,18})"?')


async def read_if_match(
    if_match: Annotated[str | None, Header(description='The version last seen, such as "3"')] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        message = f'{if_match[:40]!r} is not a version: give the version last seen, such as "3"'
        raise ValidationFailedError.of("If-Match", message)
    return int(found[1])


IfMatch = Annotated[int | None, Depends(read_if_match)]


def check_version(current: int, *expected: int | None) -> None:
    """Refuse when any of the versions given is not the current one."""
    if any(version is not None and version != current for version in expected):
        raise VersionConflictError


def set_etag(response: Response, version: int) -> None:
    """Say which version an answer shows, in the form that `If-Match` takes back."""
    response.headers["ETag"] = f'"{version}"'
