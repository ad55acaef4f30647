"""Changing the thresholds: within their bounds, in an order that makes sense, and audited."""

from decimal import Decimal

from api.audit.enums import AuditAction, AuditTarget
from api.audit.trail import Trail
from api.identity.principal import Principal
from api.insights.operational import threshold_repository
from api.insights.operational.errors import ThresholdNotFoundError
from api.insights.operational.models import InsightThreshold
from api.insights.operational.threshold_schemas import ThresholdList, ThresholdRead
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import ValidationFailedError

# Units of which there are no parts.
WHOLE = frozenset({"items", "tickets", "days", "count"})
# The first of each pair may not pass the second.
ORDERED = (
    ("high_workload_per_user", "critical_workload_per_user"),
    ("sla_critical_hours", "sla_warning_hours"),
    ("sla_compliance_critical", "sla_compliance_warning"),
    ("queue_backlog_warning", "queue_backlog_critical"),
    ("sla_warning", "sla_healthy"),
    ("pending_healthy", "pending_warning"),
    ("at_risk_healthy", "at_risk_warning"),
    ("delivery_warning_minutes", "delivery_critical_minutes"),
    ("publication_warning_hours", "publication_critical_hours"),
)


async def list_thresholds(session: Session) -> ThresholdList:
    rows = await threshold_repository.list_thresholds(session)
    return ThresholdList(thresholds=[_read(row) for row in rows])


async def set_threshold(
    session: Session, trail: Trail, principal: Principal, name: str, value: Decimal | None
) -> ThresholdRead:
    """Give a threshold a value; a value it has already changes nothing.

    Args:
        session: That of the request.
        trail: Of the same transaction.
        principal: Who changes it.
        name: Of the threshold.
        value: The new one; None is the default.

    Raises:
        ThresholdNotFoundError: There is none of that name.
        ValidationFailedError: The value is out of bounds or passes its counterpart.
    """
    # All of them are locked: two changes at once must not pass each other.
    rows = {row.name: row for row in await threshold_repository.lock_thresholds(session)}
    threshold = rows.get(name)
    if threshold is None:
        raise ThresholdNotFoundError
    wanted = threshold.default_value if value is None else value
    if wanted == threshold.value:
        return _read(threshold)
    _check_bounds(threshold, wanted)
    _check_order(rows, name, wanted)
    changes = {name: {"old": float(threshold.value), "new": float(wanted)}}
    threshold.value = wanted
    threshold.updated_at = utc_now()
    threshold.updated_by = principal.user_id
    await session.flush()
    trail.record(AuditAction.UPDATE_THRESHOLD, AuditTarget.THRESHOLD, threshold.insight_threshold_id, changes)
    return _read(threshold)


def _check_bounds(threshold: InsightThreshold, value: Decimal) -> None:
    if not threshold.minimum <= value <= threshold.maximum:
        message = (
            f"value {float(value):g} of {threshold.name} is out of bounds: give {threshold.unit} from "
            f"{float(threshold.minimum):g} to {float(threshold.maximum):g}"
        )
        raise ValidationFailedError.of("value", message)
    if threshold.unit in WHOLE and value != value.to_integral_value():
        message = f"value {float(value):g} of {threshold.name} is not whole: give whole {threshold.unit}"
        raise ValidationFailedError.of("value", message)


def _check_order(rows: dict[str, InsightThreshold], name: str, value: Decimal) -> None:
    for lower, upper in ORDERED:
        if name == lower and value > rows[upper].value:
            _refuse(name, value, "above", rows[upper])
        if name == upper and value < rows[lower].value:
            _refuse(name, value, "below", rows[lower])


def _refuse(name: str, value: Decimal, side: str, other: InsightThreshold) -> None:
    message = (
        f"value {float(value):g} of {name} is {side} {other.name}, which is {float(other.value):g}: "
        f"change {other.name} first"
    )
    raise ValidationFailedError.of("value", message)


def _read(row: InsightThreshold) -> ThresholdRead:
    return ThresholdRead(
        name=row.name,
        value=float(row.value),
        default=float(row.default_value),
        minimum=float(row.minimum),
        maximum=float(row.maximum),
        unit=row.unit,
        description=row.description,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )
