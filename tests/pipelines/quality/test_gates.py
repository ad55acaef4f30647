from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipelines.quality.gates import (
    FORECASTS,
    GATES,
    OPERATIONAL_FEED,
    OPERATIONAL_ROWS,
    QUARANTINE,
    RISKS,
    TICKET_PROFILE,
    TICKET_ROWS,
    VOLUME_FEATURES,
    Gate,
)

Validate = Callable[[Gate, pd.DataFrame], Any]

NOW = pd.Timestamp("2026-02-14T10:00:00Z")
HOUR = pd.Timedelta(hours=1)
GOOD: dict[str, dict[str, Any]] = {
    "operational_rows": {
        "task_id": 1,
        "status": "completed",
        "priority": "Low",
        "subject": "Printer",
        "created_at": NOW,
        "sla_started_at": NOW,
        "target_resolution": NOW + HOUR,
    },
    "operational_feed": {
        "least_loaded_share": 1.0,
        "whole_hours_share": 0.1,
        "last_day_share": 0.9,
        "without_department_rise": 0.01,
        "without_category_rise": -0.2,
        "without_requester_rise": 0.0,
        "new_department_share": 0.02,
        "new_category_share": 0.1,
        "new_role_share": 0.0,
        "late_share": 0.05,
        "twin_event_share": 0.0,
    },
    "quarantine": {"source_table": "task", "quarantined_count": 0, "beyond_accident": -20},
    "ticket_rows": {
        "task_id": 1,
        "status": "completed",
        "sla_status": "met",
        "age_bracket": "0-1 days",
        "department": "IT",
        "category": "Hardware",
        "resolution_seconds": 3600,
        "first_response_seconds": 60,
        "assigned_user_count": 1,
    },
    "ticket_profile": {
        "kept_share": 1.0,
        "without_department_rise": 0.0,
        "without_category_rise": 0.0,
        "without_sla_rise": 0.0,
        "last_day_ratio": 1.2,
    },
    "volume_features": {"missing_tickets": 0, "least_count": 1, "days_to_come": 0},
    "forecasts": {"not_finite": 0, "week_ratio": 1.1, "is_flat": 0},
    "risks": {"no_probability": 0, "crossed": 0, "from_outcomes": 0.1, "is_flat": 0},
}


@pytest.fixture
def validate() -> Validate:
    # Imported by the test, under its warning filters: Great Expectations takes seconds to import.
    from pipelines.quality import validation  # noqa: PLC0415

    return validation.validate


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_good_rows_pass(gate: Gate, validate: Validate) -> None:
    assert validate(gate, pd.DataFrame([GOOD[gate.name]] * 5)).passed


@pytest.mark.parametrize(
    ("gate", "column", "value"),
    [
        (OPERATIONAL_ROWS, "subject", None),
        (OPERATIONAL_ROWS, "created_at", pd.NaT),
        (OPERATIONAL_ROWS, "sla_started_at", pd.NaT),
        (OPERATIONAL_ROWS, "target_resolution", NOW - HOUR),
        (OPERATIONAL_FEED, "least_loaded_share", 0.5),
        (OPERATIONAL_FEED, "whole_hours_share", 0.9),
        (QUARANTINE, "beyond_accident", 3),
        (TICKET_ROWS, "status", None),
        (TICKET_ROWS, "age_bracket", None),
        (TICKET_ROWS, "department", None),
        (TICKET_ROWS, "category", None),
        (TICKET_ROWS, "sla_status", "late"),
        (TICKET_ROWS, "resolution_seconds", -1),
        (TICKET_ROWS, "first_response_seconds", 10**10),
        (TICKET_ROWS, "assigned_user_count", 5_000),
        (TICKET_PROFILE, "kept_share", 0.4),
        (TICKET_PROFILE, "without_department_rise", 0.6),
        (TICKET_PROFILE, "without_category_rise", 0.6),
        (TICKET_PROFILE, "without_sla_rise", 0.6),
        (TICKET_PROFILE, "last_day_ratio", 25.0),
        (VOLUME_FEATURES, "missing_tickets", 2),
        (VOLUME_FEATURES, "days_to_come", 1),
        (VOLUME_FEATURES, "least_count", 0),
        (FORECASTS, "not_finite", 1),
        (FORECASTS, "week_ratio", 40.0),
        (RISKS, "no_probability", 1),
        (RISKS, "crossed", 1),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_bad_value_fails_and_is_named(gate: Gate, column: str, value: object, validate: Validate) -> None:
    frame = pd.DataFrame([GOOD[gate.name]] * 4 + [GOOD[gate.name] | {column: value}])

    verdict = validate(gate, frame)

    assert any(column in fault for fault in verdict.faults)


@pytest.mark.parametrize(
    ("gate", "column", "value"),
    [
        (OPERATIONAL_FEED, "last_day_share", 0.0),
        (OPERATIONAL_FEED, "last_day_share", 9.0),
        (OPERATIONAL_FEED, "without_department_rise", 0.4),
        (OPERATIONAL_FEED, "without_category_rise", 0.4),
        (OPERATIONAL_FEED, "without_requester_rise", 0.4),
        (OPERATIONAL_FEED, "new_department_share", 0.7),
        (OPERATIONAL_FEED, "new_category_share", 0.7),
        (OPERATIONAL_FEED, "new_role_share", 0.7),
        (OPERATIONAL_FEED, "late_share", 0.3),
        (OPERATIONAL_FEED, "twin_event_share", 0.1),
        (QUARANTINE, "quarantined_count", 1),
        (FORECASTS, "is_flat", 1),
        (RISKS, "from_outcomes", 0.8),
        (RISKS, "is_flat", 1),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_what_a_desk_can_really_have_is_told_and_stops_nothing(
    gate: Gate, column: str, value: object, validate: Validate
) -> None:
    verdict = validate(gate, pd.DataFrame([GOOD[gate.name] | {column: value}]))

    assert verdict.faults == ()
    assert any(column in warning for warning in verdict.warnings)


def test_a_first_publication_has_nothing_to_be_compared_with(validate: Validate) -> None:
    for gate in (TICKET_PROFILE, OPERATIONAL_FEED):
        assert validate(gate, pd.DataFrame([dict.fromkeys(GOOD[gate.name])])).passed
