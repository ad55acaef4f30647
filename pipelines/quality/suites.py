"""What data must look like before anybody is shown it, as Great Expectations suites."""

from collections.abc import Callable, Sequence

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

_TWENTY_YEARS = 20 * 365 * 86_400
_CLOCK_SKEW_SECONDS = 300


def suite(name: str) -> gx.ExpectationSuite:
    """Build the suite of the gate so named."""
    return gx.ExpectationSuite(name=name, expectations=list(_SUITES[name]()))


def _present(columns: Sequence[str]) -> list[Expectation]:
    return [gxe.ExpectColumnValuesToNotBeNull(column=column) for column in columns]


def _operational_rows() -> list[Expectation]:
    return [
        *_present(["subject", "status", "priority", "created_at", "sla_started_at"]),
        gxe.ExpectColumnValuesToBeInSet(
            column="status",
            value_set=["pending", "in progress", "on_hold", "pending_external", "completed", "cancelled"],
        ),
        gxe.ExpectColumnValuesToBeInSet(column="priority", value_set=["Critical", "High", "Medium", "Low"]),
        # A few rows from a machine whose clock runs ahead wait for the next run; many mean a wrong zone.
        gxe.ExpectColumnValuesToBeBetween(column="seconds_ahead", max_value=_CLOCK_SKEW_SECONDS, mostly=0.95),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="resolution_time",
            column_B="created_at",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        ),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="target_resolution",
            column_B="sla_started_at",
            ignore_row_if="either_value_is_missing",
            mostly=0.99,
        ),
    ]


def _ticket_rows() -> list[Expectation]:
    return [
        *_present(["status", "sla_status", "age_bracket", "department", "category"]),
        gxe.ExpectColumnValuesToBeInSet(
            column="sla_status", value_set=["met", "breached", "on_track", "at_risk", "no_sla"]
        ),
        gxe.ExpectColumnValuesToBeBetween(column="resolution_seconds", min_value=0, max_value=_TWENTY_YEARS),
        gxe.ExpectColumnValuesToBeBetween(
            column="first_response_seconds", min_value=0, max_value=_TWENTY_YEARS
        ),
        gxe.ExpectColumnValuesToBeBetween(column="assigned_user_count", max_value=200, mostly=0.99),
    ]


def _ticket_profile() -> list[Expectation]:
    return [
        gxe.ExpectColumnValuesToBeBetween(column="kept_share", min_value=0.5),
        gxe.ExpectColumnValuesToBeBetween(column="without_department_rise", max_value=0.25),
        gxe.ExpectColumnValuesToBeBetween(column="without_category_rise", max_value=0.25),
        gxe.ExpectColumnValuesToBeBetween(column="without_sla_rise", max_value=0.25),
        # Twenty times a usual day is a load gone wrong, not a bad day.
        gxe.ExpectColumnValuesToBeBetween(column="last_day_ratio", max_value=20),
    ]


_SUITES: dict[str, Callable[[], list[Expectation]]] = {
    "operational_rows": _operational_rows,
    "ticket_rows": _ticket_rows,
    "ticket_profile": _ticket_profile,
}
