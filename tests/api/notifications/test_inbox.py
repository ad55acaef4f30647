"""What people see of their notifications in the application."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.factories.crew import AGENTS, COORDINATORS, Crew
from tests.factories.desk import Desk
from tests.factories.notices import WRITTEN_AT, add_notification
from tests.fixtures.services import AGENT_ID, STRANGER_ID
from tests.fixtures.statements import StatementCount

Headers = dict[str, Any]

NOBODYS = "3f2c7a52-9d0e-4b6e-8a54-0f3f1f0b9c11"


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["results"]]


class TestList:
    async def test_shows_what_the_flow_tells_its_people(self, crew: Crew) -> None:
        task_id = await crew.new_task(subject="No sound")
        answer = await crew.send("GET", "/notifications/", AGENTS[0])
        (told,) = answer.json()["results"]
        ticket = crew.task(task_id)["ticket_number"]
        assert told["subject"] == f"{ticket} is yours: No sound"
        assert told | {"id": "", "message": "", "created_at": ""} == {
            "id": "",
            "user_id": AGENTS[0],
            "subject": told["subject"],
            "message": "",
            "notification_type": "task_assignment",
            "related_ticket_number": ticket,
            "task_id": task_id,
            "task_item_id": crew.open_item(task_id)["task_item_id"],
            "metadata": {"priority": "High", "step": "Triage"},
            "is_read": False,
            "created_at": "",
            "read_at": None,
        }
        owner = await crew.send("GET", "/notifications/", COORDINATORS[0])
        assert [row["notification_type"] for row in owner.json()["results"]] == ["ticket_owner"]

    async def test_is_newest_first_in_pages(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers
    ) -> None:
        written = [
            add_notification(desk, created_at=WRITTEN_AT.replace(minute=minute)) for minute in (5, 9, 7)
        ]
        answer = await api.get("/notifications/", params={"page_size": 2}, headers=as_agent)
        assert ids(answer) == [str(written[1]), str(written[2])]
        rest = await api.get(answer.json()["next"], headers=as_agent)
        assert ids(rest) == [str(written[0])]

    async def test_holds_nothing_of_others(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers, as_employee: Headers
    ) -> None:
        own = add_notification(desk)
        add_notification(desk, user_id=STRANGER_ID)
        add_notification(desk, in_app=False)
        requester = add_notification(desk, user_type="employee", type="ticket_resolved")
        assert ids(await api.get("/notifications/", headers=as_agent)) == [str(own)]
        assert ids(await api.get("/notifications/", headers=as_employee)) == [str(requester)]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"is_read": "true"}, {"read"}),
            ({"is_read": "false"}, {"late", "other", "early"}),
            ({"notification_type": "sla_breach"}, {"other"}),
            ({"ticket_number": "TX2"}, {"other"}),
            ({"start_date": "2026-02-15"}, {"late"}),
            ({"end_date": "2026-02-13"}, {"early"}),
            ({"start_date": "2026-02-15", "tz": "America/New_York"}, set()),
        ],
    )
    async def test_is_held_to_filters(
        self,
        api: httpx.AsyncClient,
        desk: Desk,
        as_agent: Headers,
        query: dict[str, str],
        expected: set[str],
    ) -> None:
        names = {
            str(add_notification(desk, **fields)): name
            for name, fields in {
                "read": {"read_at": WRITTEN_AT},
                "other": {"ticket_number": "TX2", "type": "sla_breach"},
                "late": {"created_at": datetime(2026, 2, 15, 2, 0, tzinfo=UTC)},
                "early": {"created_at": datetime(2026, 2, 13, 23, 59, tzinfo=UTC)},
            }.items()
        }
        answer = await api.get("/notifications/", params=query, headers=as_agent)
        assert {names[found] for found in ids(answer)} == expected

    async def test_names_the_types_there_are(self, api: httpx.AsyncClient, as_agent: Headers) -> None:
        answer = await api.get("/notifications/", params={"notification_type": "gossip"}, headers=as_agent)
        assert answer.status_code == 400
        assert "'sla_breach'" in answer.json()["details"]["notification_type"][0]

    async def test_costs_the_same_at_any_size(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers, count_statements: StatementCount
    ) -> None:
        for _ in range(5):
            add_notification(desk)
        costs = []
        for size in (1, 5):
            with count_statements() as statements:
                await api.get("/notifications/", params={"page_size": size}, headers=as_agent)
            costs.append(len(statements))
        assert costs == [2, 2]


class TestOne:
    async def test_is_shown_to_its_recipient_alone(
        self,
        *,
        api: httpx.AsyncClient,
        desk: Desk,
        as_agent: Headers,
        as_employee: Headers,
        as_stranger: Headers,
    ) -> None:
        path = f"/notifications/{add_notification(desk)}/"
        assert (await api.get(path, headers=as_agent)).json()["subject"] == "TX1 is yours"
        for other in (as_employee, as_stranger):
            assert (await api.get(path, headers=other)).json()["error"] == "Notification not found"
            assert (await api.post(f"{path}read/", headers=other)).status_code == 404
        assert desk.scalar("select count(*) from ops.notification where read_at is null") == 1

    @pytest.mark.parametrize(("given", "status"), [(NOBODYS, 404), ("7", 400), ("unread-counts", 400)])
    async def test_has_a_uuid(
        self, api: httpx.AsyncClient, as_agent: Headers, given: str, status: int
    ) -> None:
        assert (await api.get(f"/notifications/{given}/", headers=as_agent)).status_code == status


class TestReading:
    async def test_is_remembered_with_its_time(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers
    ) -> None:
        path = f"/notifications/{add_notification(desk)}/"
        first = (await api.post(f"{path}read/", headers=as_agent)).json()
        assert first["is_read"] is True
        again = (await api.post(f"{path}read/", headers=as_agent)).json()
        assert (
            again["read_at"] == first["read_at"] == (await api.get(path, headers=as_agent)).json()["read_at"]
        )

    async def test_all_reads_the_callers_own_and_counts_them(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers
    ) -> None:
        old = add_notification(desk, read_at=WRITTEN_AT)
        for _ in range(2):
            add_notification(desk)
        add_notification(desk, user_id=STRANGER_ID)
        count = "/notifications/unread-count/"
        assert (await api.get(count, headers=as_agent)).json() == {"count": 2}
        answers = [(await api.post("/notifications/read-all/", headers=as_agent)).json() for _ in range(2)]
        assert answers == [{"count": 2}, {"count": 0}]
        assert (await api.get(count, headers=as_agent)).json() == {"count": 0}
        unread = "select user_id from ops.notification where read_at is null"
        assert [row["user_id"] for row in desk.execute(unread)] == [STRANGER_ID]
        kept = desk.scalar("select read_at from ops.notification where notification_id = %s", old)
        assert kept == WRITTEN_AT

    async def test_with_one_key_gets_one_answer(
        self, api: httpx.AsyncClient, desk: Desk, as_agent: Headers
    ) -> None:
        add_notification(desk, user_id=AGENT_ID)
        headers = as_agent | {"Idempotency-Key": "read-them"}
        answers = [(await api.post("/notifications/read-all/", headers=headers)).json() for _ in range(2)]
        assert answers == [{"count": 1}, {"count": 1}]
