"""Tasks on office hours through the API, by a clock set by hand, against instants worked out on paper.

The office works seven hours a day, 09:00 to 12:00 and 13:00 to 17:00 in Berlin, Monday to Friday. The
clocks go forward on Sunday 29 March 2026; Good Friday is 3 April, Easter Monday 6 April.
"""

from datetime import datetime
from typing import Any

import httpx
import pytest

from api.settings import ApiSettings
from tests.factories.crew import ADMIN, AGENTS, Crew
from tests.factories.desk import Desk
from tests.factories.wall_clock import WallClock

OFFICE_DAY = [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:00"}]
OFFICE = {
    "name": "Berlin",
    "time_zone": "Europe/Berlin",
    "weekly_hours": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), OFFICE_DAY),
    "public_holidays": {"country": "DE"},
}


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    clock = WallClock("2026-03-27T08:00+01:00")
    monkeypatch.setattr("api.kit.clock.datetime", clock)
    return clock


@pytest.fixture
async def crew(
    wall_clock: WallClock,  # noqa: ARG001 - the workflow is made by it
    api: httpx.AsyncClient,
    desk: Desk,
    settings: ApiSettings,
) -> Crew:
    crew = await Crew.gather(api, desk, settings)
    calendar = await crew.send("POST", "/sla/calendars/", ADMIN, OFFICE)
    assert calendar.status_code == 201, calendar.text
    await promise(crew, calendar_id=calendar.json()["calendar_id"])
    return crew


async def promise(crew: Crew, **changes: Any) -> None:
    answer = await crew.send("PUT", f"/workflows/{crew.workflow_id}/update-details/", ADMIN, changes)
    assert answer.status_code == 200, answer.text


class Journey:
    """One ticket of high priority, 24 hours, handed in on Friday at 10:00."""

    def __init__(self, crew: Crew, wall_clock: WallClock) -> None:
        self.crew = crew
        self._wall_clock = wall_clock
        self.task_id = 0

    async def tell(self, at: str, **changes: Any) -> None:
        told = {"occurred_at": at, "submit_date": "2026-03-27T10:00+01:00", "ticket_number": "TX1"} | changes
        self.task_id = (await self.crew.tell(**told))["task_id"]

    def at(self, shows: str) -> None:
        self._wall_clock.set(shows)

    async def toggle_hold(self, shows: str) -> None:
        self.at(shows)
        answer = await self.crew.send("POST", f"/tasks/{self.task_id}/toggle-hold/", ADMIN, {})
        assert answer.status_code == 200, answer.text

    async def hand_over(self, way: str, shows: str) -> None:
        self.at(shows)
        item = self.crew.open_item(self.task_id)
        other = next(agent for agent in AGENTS if agent != item["user_id"])
        body: dict[str, Any] = {"reason": "Stuck"} if way == "escalate" else {"new_user_id": other}
        body["task_item_id"] = item["task_item_id"]
        answer = await self.crew.send("POST", f"/tasks/{way}/", ADMIN, body)
        assert answer.status_code in {200, 201}, answer.text

    async def finish(self, shows: str) -> None:
        self.at(shows)
        for transition_id in (self.crew.assign, None):
            answer = await self.crew.move(self.task_id, transition_id)
            assert answer.status_code == 200, answer.text

    def due(self, column: str = "target_resolution") -> str:
        return berlin(self.crew.task(self.task_id)[column])

    def item_due(self) -> str:
        return berlin(self.crew.open_item(self.task_id)["target_resolution"])

    def held_hours(self) -> float:
        return float(self.crew.task(self.task_id)["hold_seconds"]) / 3600


def berlin(instant: datetime) -> str:
    """Spell an instant of these weeks, after the change of the clocks, as the wall shows it."""
    summer = datetime.fromisoformat("2026-03-29T01:00Z")
    offset = "+02:00" if instant >= summer else "+01:00"
    zone = datetime.fromisoformat(f"2026-01-01T00:00{offset}").tzinfo
    return f"{instant.astimezone(zone):%d.%m. %H:%M:%S}"


@pytest.fixture
async def journey(crew: Crew, wall_clock: WallClock) -> Journey:
    journey = Journey(crew, wall_clock)
    journey.at("2026-03-27T10:00+01:00")
    await journey.tell("2026-03-27T10:00+01:00")
    return journey


class TestHoldOverTheWeekend:
    async def test_costs_its_working_hours(self, journey: Journey) -> None:
        # Six hours on Friday, seven on Monday and Tuesday, four on Wednesday.
        assert journey.due() == "01.04. 14:00:00"
        assert journey.due("at_risk_at") == "31.03. 16:12:00"
        assert journey.due("critical_at") == "01.04. 10:36:00"
        assert journey.item_due() == "27.03. 17:00:00"
        await journey.toggle_hold("2026-03-27T15:00+01:00")
        await journey.toggle_hold("2026-03-30T11:00+02:00")
        assert journey.held_hours() == 4
        assert journey.due() == "02.04. 10:00:00"
        assert journey.due("at_risk_at") == "01.04. 13:12:00"
        assert journey.due("critical_at") == "01.04. 15:36:00"
        assert journey.item_due() == "30.03. 14:00:00"

    @pytest.mark.parametrize("way", ["transfer", "escalate"])
    async def test_leaves_who_takes_over_meanwhile_the_same_time(self, journey: Journey, way: str) -> None:
        await journey.toggle_hold("2026-03-27T15:00+01:00")
        await journey.hand_over(way, "2026-03-28T12:00+01:00")
        await journey.toggle_hold("2026-03-30T11:00+02:00")
        assert journey.due() == "02.04. 10:00:00"
        assert journey.item_due() == "30.03. 14:00:00"

    async def test_of_a_ticket_closed_meanwhile_ends_with_it(self, journey: Journey) -> None:
        await journey.toggle_hold("2026-03-27T15:00+01:00")
        journey.at("2026-03-30T11:00+02:00")
        await journey.tell("2026-03-30T11:00+02:00", status="Closed")
        assert journey.held_hours() == 4
        assert journey.due() == "02.04. 10:00:00"


class TestChangeOfPriority:
    @pytest.mark.parametrize(
        ("changed_at", "due", "item_due"),
        [
            # 72 and 4 hours: over Easter, to the evening of the tenth working day.
            ("2026-03-30T12:15+02:00", "14.04. 17:00:00", "01.04. 11:00:00"),
            # 100 and 4 hours, of which 25 and 4 are the first step's.
            ("2026-03-30T12:45+02:00", "20.04. 17:00:00", "02.04. 11:00:00"),
        ],
    )
    async def test_counts_by_the_policy_of_its_instant(
        self, journey: Journey, changed_at: str, due: str, item_due: str
    ) -> None:
        await journey.toggle_hold("2026-03-27T15:00+01:00")
        await journey.toggle_hold("2026-03-30T11:00+02:00")
        journey.at("2026-03-30T12:30+02:00")
        await promise(journey.crew, low_sla="100:00:00")
        journey.at("2026-03-30T13:00+02:00")
        await journey.tell(changed_at, priority="Low")
        assert (journey.due(), journey.item_due()) == (due, item_due)

    @pytest.mark.parametrize("way", ["transfer", "escalate"])
    async def test_leaves_who_took_over_the_time_of_the_first(self, journey: Journey, way: str) -> None:
        await journey.toggle_hold("2026-03-27T15:00+01:00")
        await journey.hand_over(way, "2026-03-28T12:00+01:00")
        await journey.toggle_hold("2026-03-30T11:00+02:00")
        await journey.tell("2026-03-30T11:00+02:00", priority="Low")
        assert (journey.due(), journey.item_due()) == ("14.04. 17:00:00", "01.04. 11:00:00")

    @pytest.mark.parametrize("way", ["transfer", "escalate"])
    async def test_on_hold_leaves_who_took_over_the_time_of_the_first(
        self, journey: Journey, way: str
    ) -> None:
        await journey.toggle_hold("2026-03-27T15:00+01:00")
        await journey.hand_over(way, "2026-03-30T10:00+02:00")
        await journey.tell("2026-03-30T10:30+02:00", priority="Low")
        await journey.toggle_hold("2026-03-30T11:00+02:00")
        assert (journey.due(), journey.item_due()) == ("14.04. 17:00:00", "01.04. 11:00:00")


class TestReopening:
    async def test_by_the_ticket_gives_back_the_time_it_was_done(self, journey: Journey) -> None:
        await journey.finish("2026-03-31T10:00+02:00")
        journey.at("2026-03-31T15:00+02:00")
        await journey.tell("2026-03-31T15:00+02:00", status="In Progress")
        assert journey.held_hours() == 4
        assert journey.due() == "02.04. 10:00:00"
        # Three quarters of 24 hours are more than is left.
        assert journey.item_due() == "02.04. 10:00:00"

    async def test_counts_by_the_priority_told_with_it(self, journey: Journey) -> None:
        await journey.finish("2026-03-31T10:00+02:00")
        journey.at("2026-03-31T15:00+02:00")
        await journey.tell("2026-03-31T15:00+02:00", status="In Progress", priority="Low")
        assert journey.due() == "14.04. 17:00:00"

    async def test_counts_by_the_priority_told_before_it_and_the_promise_of_then(
        self, journey: Journey
    ) -> None:
        await journey.finish("2026-03-31T10:00+02:00")
        outcome = journey.due()
        journey.at("2026-03-31T11:00+02:00")
        await journey.tell("2026-03-31T11:00+02:00", status="Resolved", priority="Low")
        assert journey.due() == outcome
        journey.at("2026-03-31T12:00+02:00")
        await promise(journey.crew, low_sla="100:00:00")
        journey.at("2026-03-31T15:00+02:00")
        await journey.tell("2026-03-31T15:00+02:00", status="In Progress", priority="Low")
        assert journey.due() == "14.04. 17:00:00"


class TestChangeOfCalendar:
    async def test_moves_a_running_task_only_with_its_priority(self, journey: Journey) -> None:
        before = journey.due()
        round_the_clock = {day: [{"opens": "00:00", "closes": "24:00"}] for day in OFFICE["weekly_hours"]}
        (calendar,) = journey.crew.desk.execute("select calendar_id from ops.calendar")
        body = OFFICE | {"weekly_hours": round_the_clock}
        path = f"/sla/calendars/{calendar['calendar_id']}/"
        journey.at("2026-03-27T12:00+01:00")
        assert (await journey.crew.send("PUT", path, ADMIN, body)).status_code == 200
        assert journey.due() == before
        await journey.toggle_hold("2026-03-27T15:00+01:00")
        await journey.toggle_hold("2026-03-30T11:00+02:00")
        assert journey.due() == "02.04. 10:00:00"
        await journey.tell("2026-03-30T11:00+02:00", priority="Medium")
        # Held nine hours on Friday and eleven on Monday: 14 are left of 68 on Friday, 24 on Monday.
        assert journey.held_hours() == 20
        assert journey.due() == "01.04. 06:00:00"
