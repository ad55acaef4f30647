"""What statements about tickets are made of when they are asked of an instant in the past.

The numbers of today are those of the tickets created until then, corrected for the few whose state was
another: those of `serving.ticket_versions` that hold the instant, those still open, and those that came later
on its day. The bodies are the same files; what they are made of is named here.
"""

from collections.abc import Mapping

FRAME = "frame_as_of"
JUDGED_AT = ":as_of::timestamptz"
ROWS = "({{ tickets_as_of }}) as ticket"
# Filters that a group may take the place of, in the key of its series.
_TYPES = {"department": "text", "category": "text", "workflow_id": "bigint", "priority": "text"}
_FIGURES = {
    name: f"{{{{ {name}_as_of }}}}"
    for name in (
        "measures", "people", "workflows", "told_instant", "percentile_bounds", "corrected_overview",
        "corrected_buckets", "current_step", "assigned_users",
    )
}  # fmt: skip


def figures(group: str = "priority") -> Mapping[str, str]:
    """What a body of figures is made of, `group` being the dimension that it groups by, if it does."""
    keys = {
        f"key_{name}": f"coalesce(:{name}::{kind}, changed.{name})" if name == group else f":{name}::{kind}"
        for name, kind in _TYPES.items()
    }
    return {**_FIGURES, **keys, "corrected_group": f"changed.{group}", "is_ready": "false"}
