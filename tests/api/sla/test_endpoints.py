from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.factories.desk import Desk, make_event, make_workflow
from tests.fixtures.services import LiveWorkflow

Headers = dict[str, Any]
CALENDARS = "/sla/calendars/"
WEEK = {
    day: [{"opens": "09:00", "closes": "17:00"}] for day in ("monday", "tuesday", "wednesday", "thursday")
}


def make_calendar(**changes: Any) -> dict[str, Any]:
    return {"name": "Berlin office", "time_zone": "Europe/Berlin", "weekly_hours": WEEK, **changes}


@pytest.fixture
async def calendar_id(api: httpx.AsyncClient, as_admin: Headers) -> int:
    answer = await api.post(CALENDARS, json=make_calendar(), headers=as_admin)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["calendar_id"])


class TestCreate:
    async def test_writes_public_holidays_down(self, api: httpx.AsyncClient, as_admin: Headers) -> None:
        body = make_calendar(
            public_holidays={"country": "DE", "subdivision": "BE"}, holidays=["2027-12-24", "2027-12-24"]
        )
        made = (await api.post(CALENDARS, json=body, headers=as_admin)).json()
        assert made["revision"] == 1
        assert made["holidays"] == ["2027-12-24"]
        # Women's Day is a holiday in Berlin, and not in most of Germany.
        assert {"2027-03-08", "2027-12-24", "2027-12-25"} <= set(made["closed_on"])
        assert made["weekly_hours"]["friday"] == []
        shown = await api.get(f"{CALENDARS}{made['calendar_id']}/", headers=as_admin)
        assert shown.json() == made
        assert shown.headers["ETag"] == '"1"'

    async def test_is_audited(self, api: httpx.AsyncClient, desk: Desk, as_admin: Headers) -> None:
        made = (await api.post(CALENDARS, json=make_calendar(), headers=as_admin)).json()
        (told,) = desk.execute("select * from ops.audit_event where target_type = 'Calendar'")
        assert (told["action"], told["target_id"]) == ("update_sla", made["calendar_id"])
        assert told["changes"]["time_zone"] == {"old": None, "new": "Europe/Berlin"}

    @pytest.mark.usefixtures("calendar_id")
    async def test_of_a_name_in_use_is_a_conflict(self, api: httpx.AsyncClient, as_admin: Headers) -> None:
        answer = await api.post(CALENDARS, json=make_calendar(name="BERLIN office"), headers=as_admin)
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")

    @pytest.mark.parametrize(
        ("changes", "field", "said"),
        [
            ({"name": " "}, "name", "at least 1 character"),
            ({"time_zone": "Europe/Bonn"}, "time_zone", "'Europe/Bonn' is not a time zone"),
            ({"time_zone": "../etc/passwd"}, "time_zone", "is not a time zone"),
            ({"time_zone": "localtime"}, "time_zone", "'localtime' is not a time zone"),
            ({"weekly_hours": {}}, "weekly_hours", "No day has working hours"),
            (
                {"weekly_hours": {"monday": [{"opens": "9", "closes": "17:00"}]}},
                "weekly_hours.monday.0.opens",
                "'9' is not a time of day",
            ),
            (
                {"weekly_hours": {"monday": [{"opens": "17:00", "closes": "09:00"}]}},
                "weekly_hours.monday.0",
                "17:00 to 09:00 is no interval",
            ),
            (
                {
                    "weekly_hours": {
                        "monday": [
                            {"opens": "12:00", "closes": "17:00"},
                            {"opens": "09:00", "closes": "12:01"},
                        ]
                    }
                },
                "weekly_hours.monday",
                "09:00 to 12:01 and 12:00 to 17:00 overlap",
            ),
            ({"holidays": ["24.12.2026"]}, "holidays.0", "'24.12.2026' is not a date"),
            ({"holidays": ["2026-02-30"]}, "holidays.0", ""),
            ({"holidays": ["1969-12-31"]}, "holidays.0", "1969-12-31 is out of range"),
            ({"holidays": [20261224]}, "holidays.0", "is not a date"),
            ({"public_holidays": {"country": "XX"}}, "public_holidays", "country 'XX'"),
            (
                {"public_holidays": {"country": "DE", "subdivision": "XX"}},
                "public_holidays",
                "DE has no subdivision 'XX'",
            ),
        ],
    )
    async def test_names_what_is_wrong(
        self, *, api: httpx.AsyncClient, as_admin: Headers, changes: dict[str, Any], field: str, said: str
    ) -> None:
        answer = await api.post(CALENDARS, json=make_calendar(**changes), headers=as_admin)
        assert answer.status_code == 400, answer.text
        (sentence,) = answer.json()["details"][field]
        assert said in sentence

    async def test_is_for_administrators(self, api: httpx.AsyncClient, as_agent: Headers) -> None:
        assert (await api.post(CALENDARS, json=make_calendar(), headers=as_agent)).status_code == 403
        assert (await api.get(CALENDARS, headers=as_agent)).json()["count"] == 0


class TestChange:
    async def test_makes_a_revision(
        self, api: httpx.AsyncClient, desk: Desk, as_admin: Headers, calendar_id: int
    ) -> None:
        body = make_calendar(name="Office", time_zone="UTC")
        changed = await api.put(f"{CALENDARS}{calendar_id}/", json=body, headers=as_admin)
        assert changed.status_code == 200, changed.text
        assert (changed.json()["revision"], changed.headers["ETag"]) == (2, '"2"')
        zones = desk.execute(
            "select definition ->> 'time_zone' as zone from ops.calendar_revision order by 1"
        )
        assert [row["zone"] for row in zones] == ["Europe/Berlin", "UTC"]

    async def test_of_the_name_alone_makes_none(
        self, api: httpx.AsyncClient, as_admin: Headers, calendar_id: int
    ) -> None:
        changed = await api.put(
            f"{CALENDARS}{calendar_id}/", json=make_calendar(name="Office"), headers=as_admin
        )
        assert (changed.json()["name"], changed.json()["revision"]) == ("Office", 1)

    async def test_of_what_someone_else_changed_is_a_conflict(
        self, api: httpx.AsyncClient, as_admin: Headers, calendar_id: int
    ) -> None:
        headers = {**as_admin, "If-Match": '"7"'}
        answer = await api.put(f"{CALENDARS}{calendar_id}/", json=make_calendar(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")

    async def test_of_an_unknown_one_is_not_found(self, api: httpx.AsyncClient, as_admin: Headers) -> None:
        for answer in (
            await api.put(f"{CALENDARS}404/", json=make_calendar(), headers=as_admin),
            await api.get(f"{CALENDARS}404/", headers=as_admin),
        ):
            assert (answer.status_code, answer.json()["error"]) == (404, "Calendar not found")


class TestWorkflowOnCalendar:
    async def give_calendar(
        self, api: httpx.AsyncClient, workflow_id: int, calendar_id: int | None, headers: Headers
    ) -> None:
        answer = await api.put(
            f"/workflows/{workflow_id}/update-details/", json={"calendar_id": calendar_id}, headers=headers
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["calendar_id"] == calendar_id

    async def ingest(self, api: httpx.AsyncClient, number: str, headers: Headers) -> int:
        told = make_event(number, ticket_number=number, submit_date="2026-02-12T15:00:00Z")
        answer = await api.post("/internal/tickets/ingest/", json=told, headers=headers)
        return int(answer.json()["task_id"])

    def target(self, desk: Desk, task_id: int) -> datetime:
        found = desk.scalar("select target_resolution from ops.task where task_id = %s", task_id)
        assert isinstance(found, datetime)
        return found.astimezone(UTC)

    async def test_counts_its_hours_from_now_on(
        self,
        *,
        api: httpx.AsyncClient,
        desk: Desk,
        workflow: LiveWorkflow,
        as_admin: Headers,
        as_service: Headers,
        calendar_id: int,
    ) -> None:
        before = await self.ingest(api, "T-1", as_service)
        await self.give_calendar(api, workflow.workflow_id, calendar_id, as_admin)
        on_calendar = await self.ingest(api, "T-2", as_service)
        longer = {**WEEK, "friday": [{"opens": "09:00", "closes": "17:00"}]}
        body = make_calendar(weekly_hours=longer, holidays=["2026-02-16", "2026-02-17"])
        await api.put(f"{CALENDARS}{calendar_id}/", json=body, headers=as_admin)
        on_revision = await self.ingest(api, "T-3", as_service)
        await self.give_calendar(api, workflow.workflow_id, None, as_admin)
        after = await self.ingest(api, "T-4", as_service)

        # 24 hours from Thursday 16:00 in Berlin: one, then 8 a working day, Monday to Thursday.
        assert self.target(desk, on_calendar) == datetime(2026, 2, 18, 15, tzinfo=UTC)
        # With Fridays, and Monday and Tuesday off.
        assert self.target(desk, on_revision) == datetime(2026, 2, 19, 15, tzinfo=UTC)
        around_the_clock = datetime(2026, 2, 13, 15, tzinfo=UTC)
        assert self.target(desk, before) == self.target(desk, after) == around_the_clock
        revisions = desk.execute(
            "select distinct revision from ops.sla_policy left join ops.calendar_revision "
            "using (calendar_revision_id) where workflow_id = %s",
            workflow.workflow_id,
        )
        assert {row["revision"] for row in revisions} == {None, 1, 2}

    async def test_must_name_one_that_exists(
        self, api: httpx.AsyncClient, workflow: LiveWorkflow, as_admin: Headers
    ) -> None:
        answers = [
            await api.put(
                f"/workflows/{workflow.workflow_id}/update-details/",
                json={"calendar_id": 404},
                headers=as_admin,
            ),
            await api.post(
                "/workflows/",
                json=make_workflow(workflow.triage_role, workflow.repair_role, name="X", calendar_id=404),
                headers=as_admin,
            ),
        ]
        for answer in answers:
            assert answer.status_code == 400
            assert "Calendar 404 does not exist" in answer.json()["details"]["calendar_id"][0]

    async def test_can_be_chosen_at_once(
        self, api: httpx.AsyncClient, workflow: LiveWorkflow, as_admin: Headers, calendar_id: int
    ) -> None:
        body = make_workflow(workflow.triage_role, workflow.repair_role, name="X", calendar_id=calendar_id)
        assert (await api.post("/workflows/", json=body, headers=as_admin)).json()[
            "calendar_id"
        ] == calendar_id
