"""Which format an answer is wanted in: the query decides, else the Accept header."""

from collections.abc import Iterator

from fastapi import Request

from api.insights.answers.enums import Format
from api.kit.errors import ValidationFailedError

MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
}
CONTENT_TYPES = MEDIA_TYPES | {Format.CSV: "text/csv; charset=utf-8; header=present"}


def read_format(request: Request) -> Format:
    """Name the format asked for; an Accept header that none of them meets is answered with JSON.

    Raises:
        ValidationFailedError: `format` is none of ours.
    """
    wanted = request.query_params.get("format")
    if wanted is None:
        accepted = request.headers.get("accept")
        return Format.JSON if accepted in {None, "*/*", "application/json"} else best_format(accepted)
    try:
        return Format(wanted.strip().lower())
    except ValueError:
        known = ", ".join(Format)
        message = f"'{wanted[:40]}' is not a format of this answer: use {known}"
        raise ValidationFailedError.of("format", message) from None


def best_format(accept: str | None) -> Format:
    """Choose by weight, then by how exactly the header names it, then JSON."""
    best, format_chosen = (0.0, 0), Format.JSON
    ranges = list(media_ranges(accept or ""))
    for each, media_type in MEDIA_TYPES.items():
        kind = media_type.split("/", maxsplit=1)[0]
        exactness = {media_type: 2, f"{kind}/*": 1, "*/*": 0}
        named = [(exactness[name], weight) for name, weight in ranges if name in exactness]
        if not named:
            continue
        exact, weight = max(named)
        if weight > 0 and (weight, exact) > best:
            best, format_chosen = (weight, exact), each
    return format_chosen


def media_ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Each range of an Accept header with its weight; what cannot be read weighs nothing."""
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weights = [text.removeprefix("q=") for text in parameters if text.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            weight = 0.0
        yield name, weight
