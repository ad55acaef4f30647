from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from pipelines.quality.gates import OPERATIONAL_ROWS, TICKET_PROFILE, TICKET_ROWS, Gate

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
        "resolution_time": NOW + HOUR,
        "seconds_ahead": -60.0,
    },
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
}


@pytest.fixture
def validate() -> Validate:
    # Imported by the test, under its warning filters: Great Expectations takes seconds to import.
    from pipelines.quality import validation  # noqa: PLC0415

    return validation.validate


@pytest.mark.parametrize("gate", [OPERATIONAL_ROWS, TICKET_ROWS, TICKET_PROFILE], ids=lambda gate: gate.name)
def test_good_rows_pass(gate: Gate, validate: Validate) -> None:
    assert validate(gate, pd.DataFrame([GOOD[gate.name]] * 5)).faults == ()


@pytest.mark.parametrize(
    ("gate", "column", "value"),
    [
        (OPERATIONAL_ROWS, "subject", None),
        (OPERATIONAL_ROWS, "created_at", pd.NaT),
        (OPERATIONAL_ROWS, "sla_started_at", pd.NaT),
        (OPERATIONAL_ROWS, "status", "done"),
        (OPERATIONAL_ROWS, "priority", "Urgent"),
        (OPERATIONAL_ROWS, "seconds_ahead", 7200.0),
        (OPERATIONAL_ROWS, "resolution_time", NOW - HOUR),
        (OPERATIONAL_ROWS, "target_resolution", NOW - HOUR),
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
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_bad_value_fails_and_is_named(gate: Gate, column: str, value: object, validate: Validate) -> None:
    frame = pd.DataFrame([GOOD[gate.name]] * 4 + [GOOD[gate.name] | {column: value}])

    verdict = validate(gate, frame)

    assert not verdict.passed
    assert any(column in fault for fault in verdict.faults)


def test_a_first_publication_has_nothing_to_be_compared_with(validate: Validate) -> None:
    unknown = dict.fromkeys(GOOD["ticket_profile"])

    assert validate(TICKET_PROFILE, pd.DataFrame([unknown])).passed
