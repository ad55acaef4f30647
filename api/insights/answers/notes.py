"""What an answer says of itself: its metrics, where they are proven, and what is missing in them."""

import json
from functools import cache
from urllib.parse import quote

from api.insights.catalogue.registry import full_path, metrics_of

PROOF = "/analytics/proof/"


def note(body: bytes, route: str, address: str, set_aside: int) -> bytes:
    """Add the notes to an answer rendered elsewhere.

    Args:
        body: A JSON object.
        route: Path of the route that answers, as its topic writes it.
        address: Path and query string asked.
        set_aside: Tickets among those asked for that are not counted, or not in all they went through.
    """
    metrics, is_provable = _told_of(route)
    link = f'"{PROOF}?path={quote(address)}"' if is_provable else "null"
    doubt = json.dumps(_doubt(set_aside)).encode()
    return b'%s, "metrics": %s, "proof": %s, "data_quality": %s}' % (body[:-1], metrics, link.encode(), doubt)


def _doubt(set_aside: int) -> str | None:
    if not set_aside:
        return None
    tickets = "1 ticket has" if set_aside == 1 else f"{set_aside} tickets have"
    return f"{tickets} rows that cannot be right and are not counted: see /analytics/data-quality/"


@cache
def _told_of(route: str) -> tuple[bytes, bool]:
    path = full_path(route)
    metrics = metrics_of(path)
    is_provable = any(
        metric.is_provable and any(carrier.answer == path for carrier in metric.carried) for metric in metrics
    )
    return json.dumps([metric.id for metric in metrics]).encode(), is_provable
