"""What data must look like before anybody is shown it, as Great Expectations suites.

An expectation of severity `warning` is told of and stops nothing: a desk can really be like that. Anything
else keeps the last publication. Columns of a profile are null where there was too little to judge, and a
null is not judged.
"""

from collections.abc import Callable, Sequence
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

_TWENTY_YEARS = 20 * 365 * 86_400


def suite(name: str) -> gx.ExpectationSuite:
    """Build the suite of the gate so named."""
    return gx.ExpectationSuite(name=name, expectations=list(_SUITES[name]()))


def _present(columns: Sequence[str]) -> list[Expectation]:
    return [gxe.ExpectColumnValuesToNotBeNull(column=column) for column in columns]


def _between(column: str, least: float | None, most: float | None, **more: Any) -> Expectation:
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most, **more)


def _usually(column: str, least: float | None, most: float | None) -> Expectation:
    return _between(column, least, most, severity="warning")


def _operational_rows() -> list[Expectation]:
    return [
        *_present(["subject", "status", "priority", "created_at", "sla_started_at"]),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="target_resolution",
            column_B="sla_started_at",
            ignore_row_if="either_value_is_missing",
            mostly=0.99,
        ),
    ]


def _operational_feed() -> list[Expectation]:
    return [
        # An import is one transaction: a part of one is what a repair or a restore has left.
        _between("least_loaded_share", 0.99, None),
        # Off by the same whole hours are clocks read in the wrong zone; all durations across the change lie.
        _between("whole_hours_share", None, 0.5),
        # A day off looks like a feed that has stopped, and a campaign like a flood.
        _usually("last_day_share", 0.05, 5),
        # A desk may really stop telling departments, or be given new ones.
        _usually("without_department_rise", None, 0.25),
        _usually("without_category_rise", None, 0.25),
        _usually("without_requester_rise", None, 0.25),
        _usually("new_department_share", None, 0.5),
        _usually("new_category_share", None, 0.5),
        _usually("new_role_share", None, 0.5),
        # Work that is written down later counts on the day it was done, and moves days that were published.
        _usually("late_share", None, 0.2),
        _usually("twin_event_share", None, 0.01),
    ]


def _quarantine() -> list[Expectation]:
    return [
        # Single rows are set aside and told of; one in twenty is no accident, and the rest is in doubt.
        _between("beyond_accident", None, 0),
        _usually("quarantined_count", None, 0),
    ]


def _ticket_rows() -> list[Expectation]:
    return [
        *_present(["status", "sla_status", "age_bracket", "department", "category"]),
        gxe.ExpectColumnValuesToBeInSet(
            column="sla_status", value_set=["met", "breached", "on_track", "at_risk", "no_sla"]
        ),
        _between("resolution_seconds", 0, _TWENTY_YEARS),
        _between("first_response_seconds", 0, _TWENTY_YEARS),
        _between("assigned_user_count", None, 200, mostly=0.99),
    ]


def _ticket_profile() -> list[Expectation]:
    return [
        _between("kept_share", 0.5, None),
        _between("without_department_rise", None, 0.25),
        _between("without_category_rise", None, 0.25),
        _between("without_sla_rise", None, 0.25),
        # Twenty times a usual day is a load gone wrong, not a bad day.
        _between("last_day_ratio", None, 20),
    ]


def _volume_features() -> list[Expectation]:
    return [
        _between("missing_tickets", 0, 0),
        _between("days_to_come", 0, 0),
        _between("least_count", 1, None),
    ]


def _forecasts() -> list[Expectation]:
    return [
        _between("not_finite", 0, 0),
        # A desk whose tickets stop or multiply moves by less until it is trained anew.
        _between("week_ratio", 0.05, 20),
        _usually("is_flat", None, 0),
    ]


def _risks() -> list[Expectation]:
    return [
        _between("no_probability", 0, 0),
        _between("crossed", 0, 0),
        # Tickets that are still open are the slower ones, and differ from those that are over.
        _usually("from_outcomes", None, 0.5),
        _usually("is_flat", None, 0),
    ]


_SUITES: dict[str, Callable[[], list[Expectation]]] = {
    "operational_rows": _operational_rows,
    "operational_feed": _operational_feed,
    "quarantine": _quarantine,
    "ticket_rows": _ticket_rows,
    "ticket_profile": _ticket_profile,
    "volume_features": _volume_features,
    "forecasts": _forecasts,
    "risks": _risks,
}
