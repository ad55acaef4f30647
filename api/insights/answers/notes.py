"""What an answer says of itself: which metrics it carries, and where they are proven."""

import json
from functools import cache
from urllib.parse import quote

from api.insights.catalogue.registry import full_path, metrics_of

PROOF = "/analytics/proof/"


def note(body: bytes, route: str, address: str) -> bytes:
    """Add the notes to an answer rendered elsewhere.

    Args:
        body: A JSON object.
        route: Path of the route that answers, as its topic writes it.
        address: Path and query string asked.
    """
    metrics, is_provable = _told_of(route)
    link = f'"{PROOF}?path={quote(address)}"' if is_provable else "null"
    return b'%s, "metrics": %s, "proof": %s}' % (body[:-1], metrics, link.encode())


@cache
def _told_of(route: str) -> tuple[bytes, bool]:
    path = full_path(route)
    metrics = metrics_of(path)
    is_provable = any(
        metric.is_provable and any(carrier.answer == path for carrier in metric.carried) for metric in metrics
    )
    return json.dumps([metric.id for metric in metrics]).encode(), is_provable
