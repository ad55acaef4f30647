from datetime import UTC, datetime
from typing import Any

import pytest

from dashboards.answers.tickets import Dashboard
from dashboards.frames.data import health_table, then_and_now
from dashboards.loaders import Told


@pytest.fixture
def numbers() -> dict[str, Any]:
    return dict.fromkeys(Dashboard.model_fields, 0) | {"data_as_of": datetime.now(UTC), "change": None}


def test_then_stands_beside_now_and_each_opens_to_its_own(numbers: dict[str, Any]) -> None:
    then = Told(Dashboard(**numbers | {"total_tickets": 5}), "/dashboard/?known_on=1")
    now = Told(Dashboard(**numbers | {"total_tickets": 8}), "/dashboard/?known_on=2")
    (row,) = then_and_now(then, now, {"total_tickets": "Tickets"}).to_dict("records")
    assert (row["Number"], row["Then"], row["Now"]) == ("Tickets", 5, 8)
    assert ("known_on%3D1" in row["Open then"], "known_on%3D2" in row["Open now"]) == (True, True)


def test_parts_of_a_part_have_rows_of_their_own() -> None:
    waiting = {"status": "critical", "pending": 3, "oldest_seconds": 7200, "failed": None}
    parts = {
        "ticket_service": {"status": "ok", "to_workflow_api": waiting},
        "dagster": {"status": "ok", "published_at": "2026-03-10T12:00:00+02:00", "checks_failed": []},
    }
    assert health_table(parts).to_numpy().tolist() == [
        ["Ticket service", "ok", ""],
        ["Ticket service, to workflow api", "critical", "pending: 3; oldest: 2 hours ago"],
        ["Dagster", "ok", "published at: 10 March 2026, 10:00 UTC"],
    ]
