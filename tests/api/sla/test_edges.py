"""Hours, promises and instants at the edge of what can be said: answered, never failed on."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from api.sla.calendars import END
from api.sla.public_holidays import known_countries, public_holidays
from tests.factories.crew import ADMIN, Crew
from tests.factories.desk import Desk, make_event
from tests.factories.tokens import bearer

TEN_YEARS = "P3650D"
FIRST_SUNDAY = date(2020, 1, 5)
DEADLINES = ("at_risk_at", "critical_at", "target_resolution")


@pytest.fixture
async def crew(api: httpx.AsyncClient, desk: Desk, settings: ApiSettings) -> Crew:
    """Works only in the hour that Berlin skips each spring: on every other Sunday of 19 years it is off."""
    crew = await Crew.gather(api, desk, settings)
    sundays = [FIRST_SUNDAY + timedelta(weeks=week) for week in range(1000)]
    body = {
        "name": "Never",
        "time_zone": "Europe/Berlin",
        "weekly_hours": {"sunday": [{"opens": "02:00", "closes": "03:00"}]},
        "holidays": [str(day) for day in sundays if not (day.month == 3 and day.day > 24)],
    }
    made = await crew.send("POST", "/sla/calendars/", ADMIN, body)
    assert made.status_code == 201, made.text
    changes = {"low_sla": TEN_YEARS, "calendar_id": made.json()["calendar_id"]}
    answer = await crew.send("PUT", f"/workflows/{crew.workflow_id}/update-details/", ADMIN, changes)
    assert answer.status_code == 200, answer.text
    return crew


class TestNextToNoHours:
    async def test_are_due_at_the_end_of_the_calendar(self, crew: Crew) -> None:
        task_id = await crew.new_task(priority="Low")
        for _ in range(2):
            held = await crew.send("POST", f"/tasks/{task_id}/toggle-hold/", ADMIN, {})
            assert held.status_code == 200, held.text
        task = crew.task(task_id)
        assert [task[name] for name in DEADLINES] == [END] * 3
        assert task["hold_seconds"] == 0
        for path in (f"/tasks/{task_id}/", "/tasks/", "/tasks/all-tasks/"):
            assert (await crew.send("GET", path, ADMIN)).status_code == 200

    @pytest.mark.parametrize("duration", ["P3651D", "87600:00:01", "999999:59:59", 10**30, 0, -1, "P0D"])
    async def test_cannot_be_promised_for_nothing_or_for_longer_than_ten_years(
        self, crew: Crew, duration: Any
    ) -> None:
        path = f"/workflows/{crew.workflow_id}/update-details/"
        answer = await crew.send("PUT", path, ADMIN, {"low_sla": duration})
        assert answer.status_code == 400
        assert "out of range" in answer.json()["details"]["low_sla"][0]


class TestInstants:
    @pytest.mark.parametrize("name", ["submit_date", "occurred_at"])
    @pytest.mark.parametrize(
        "instant",
        [
            "0001-01-01T00:00:00+05:00",
            "0001-01-01T00:00:00Z",
            "1899-12-31T00:00:00Z",
            "9999-12-31T23:59:59-05:00",
        ],
    )
    async def test_of_years_beyond_reach_are_refused(self, crew: Crew, name: str, instant: str) -> None:
        token = crew.settings.service_token.get_secret_value()
        event = make_event(**{"event_id": "e", name: instant})
        answer = await crew.api.post("/internal/tickets/ingest/", json=event, headers=bearer(token))
        assert answer.status_code == 400, answer.text
        (sentence,) = answer.json()["details"][f"ticket.{name}" if name == "submit_date" else name]
        assert "out of range: give a date from 1900 to 9998" in sentence

    @pytest.mark.parametrize(
        "submitted", ["1900-01-01T00:00:00Z", "1969-12-31T23:59:59+14:00", "9998-12-31T00:00:00Z"]
    )
    async def test_within_reach_start_a_clock(self, crew: Crew, submitted: str) -> None:
        for priority in ("Low", "Critical"):
            task = crew.task(await crew.new_task(priority=priority, submit_date=submitted))
            assert task["at_risk_at"] <= task["critical_at"] <= task["target_resolution"]


class TestEveryCountry:
    def test_has_holidays_to_write_down_but_for_a_few_islands(self) -> None:
        without = {
            country
            for country, subdivisions in known_countries().items()
            for subdivision in (None, *subdivisions[:1], *subdivisions[-1:])
            if not public_holidays(country, subdivision, range(2011, 2042))
        }
        assert without <= {"BV", "HM", "IO"}
