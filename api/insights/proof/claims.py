"""Which numbers of an answer are to be proven: the fields asked for, and the group that each stands in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.insights.catalogue.registry import Carrier, Metric, field_pattern
from api.kit.errors import ValidationFailedError

MAX_CLAIMS = 50
Group = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """One number as an answer tells it; `group` holds the parameters that pick its rows."""

    metric: Metric
    carrier: Carrier
    field: str
    value: int | float | None
    group: Group


def provable(
    metrics: Sequence[Metric], route: str, values: Mapping[str, Any]
) -> list[tuple[Metric, Carrier]]:
    """What can be proven of the answer of a route that was asked for these values."""
    return [
        (metric, carrier)
        for metric in metrics
        if metric.is_provable
        for carrier in metric.carried
        if carrier.answer == route and carrier.when.items() <= values.items()
    ]


def find_claims(
    body: dict[str, Any], carriers: Sequence[tuple[Metric, Carrier]], field: str | None
) -> list[Claim]:
    """The numbers of an answer that a proof is asked for: by default those that stand in no list.

    Raises:
        ValidationFailedError: The field is none that can be proven, or names a group that is not there.
    """
    if field is None:
        carriers = [pair for pair in carriers if "[]" not in pair[1].field]
        return [claim for pair in carriers for claim in _read(body, *pair)]
    known = [
        pair for pair in carriers if field == pair[1].field or field_pattern(pair[1].field).fullmatch(field)
    ]
    if not known:
        names = ", ".join(sorted(carrier.field for _, carrier in carriers))
        raise ValidationFailedError.of(
            "field", f"{field[:80]!r} is no field that can be proven here: use one of {names}"
        )
    found = [claim for pair in known for claim in _read(body, *pair) if field in {pair[1].field, claim.field}]
    if not found and field != known[0][1].field:
        raise ValidationFailedError.of(
            "field", f"{field[:80]!r} is not in the answer: ask for {known[0][1].field} to see its groups"
        )
    return found[:MAX_CLAIMS]


def _read(body: dict[str, Any], metric: Metric, carrier: Carrier) -> Iterator[Claim]:
    groups = metric.groups.get(carrier.answer, {})
    for field, value, group in _walk(body, carrier.field.split("."), groups):
        yield Claim(metric, carrier, field, value, group)


def _walk(
    node: dict[str, Any], parts: Sequence[str], groups: dict[str, dict[str, str]]
) -> Iterator[tuple[str, Any, Group]]:
    name, rest = parts[0], parts[1:]
    if not rest:
        yield name, node[name], {}
    elif not name.endswith("[]"):
        for field, value, group in _walk(node[name], rest, groups):
            yield f"{name}.{field}", value, group
    else:
        keys = groups.get(name[:-2], {})
        for row in node[name[:-2]]:
            own = {key: row[key] for key in keys if row.get(key) is not None}
            picked = ",".join(f"{key}={value}" for key, value in own.items())
            for field, value, group in _walk(row, rest, groups):
                yield (
                    f"{name[:-2]}[{picked}].{field}",
                    value,
                    {keys[key]: held for key, held in own.items()} | group,
                )
