"""What a person wants to be told, through which channel and at which hours."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.kit.db import Database
from api.notifications.enums import Channel, NotificationType
from api.notifications.preferences import channels_for, quiet_until
from tests.factories.notices import build_notification

Headers = dict[str, Any]
PATH = "/notifications/preferences/"
BOTH, IN_APP, EMAIL = {Channel.IN_APP, Channel.EMAIL}, {Channel.IN_APP}, {Channel.EMAIL}
MAILED = {
    "task_assignment",
    "task_transfer_in",
    "task_transfer_out",
    "task_escalation",
    "sla_warning",
    "sla_breach",
}


async def put(api: httpx.AsyncClient, headers: Headers, **body: Any) -> dict[str, Any]:
    answer = await api.put(PATH, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    assert changed == (await api.get(PATH, headers=headers)).json()
    return changed


async def channels(operations: Database, **about: Any) -> frozenset[Channel]:
    async with operations.sessions() as session:
        return await channels_for(session, build_notification(**about))


async def waits(operations: Database, now: datetime, **about: Any) -> datetime | None:
    async with operations.sessions() as session:
        return await quiet_until(session, build_notification(**about), now)


class TestDefaults:
    @pytest.mark.parametrize("kind", NotificationType)
    async def test_mail_what_somebody_must_act_on(
        self, api: httpx.AsyncClient, operations: Database, as_agent: Headers, kind: NotificationType
    ) -> None:
        expected = BOTH if kind in MAILED else IN_APP
        expected = EMAIL if kind is NotificationType.DIGEST else expected
        expected = set() if kind is NotificationType.DESK_DIGEST else expected
        assert await channels(operations, type=kind) == expected
        shown = (await api.get(PATH, headers=as_agent)).json()
        assert shown["types"][kind] == {
            "in_app": Channel.IN_APP in expected,
            "email": Channel.EMAIL in expected,
        }

    async def test_send_no_digests_and_know_no_quiet_hours(
        self, api: httpx.AsyncClient, as_agent: Headers, as_employee: Headers
    ) -> None:
        for who in (as_agent, as_employee):
            shown = (await api.get(PATH, headers=who)).json()
            assert (shown["digest"], shown["quiet_calendar_id"]) == ("off", None)
            assert set(shown["types"]) == set(NotificationType)


class TestChanges:
    async def test_concern_what_they_name(
        self, api: httpx.AsyncClient, operations: Database, as_agent: Headers
    ) -> None:
        await put(api, as_agent, types={"task_assignment": {"email": False}})
        changed = await put(api, as_agent, types={"mention": {"email": True, "in_app": False}})
        assert changed["types"]["task_assignment"] == {"in_app": True, "email": False}
        assert changed["types"]["mention"] == {"in_app": False, "email": True}
        assert await channels(operations) == IN_APP
        assert await channels(operations, type="mention") == EMAIL
        await put(api, as_agent, types={"mention": {"email": False}})
        assert await channels(operations, type="mention") == set()

    async def test_are_their_own(
        self, api: httpx.AsyncClient, operations: Database, as_employee: Headers
    ) -> None:
        await put(api, as_employee, types={"task_assignment": {"email": False}})
        assert await channels(operations) == BOTH
        assert await channels(operations, user_type="employee") == IN_APP

    async def test_are_undone_by_null(
        self, api: httpx.AsyncClient, operations: Database, as_agent: Headers
    ) -> None:
        off = {"email": False, "in_app": False}
        before = (await api.get(PATH, headers=as_agent)).json()
        await put(api, as_agent, types={"task_assignment": off, "sla_breach": off}, digest="weekly")
        changed = await put(api, as_agent, types={"task_assignment": {"email": None}, "sla_breach": None})
        assert changed["types"]["task_assignment"] == {"in_app": False, "email": True}
        assert await channels(operations, type="sla_breach") == BOTH
        assert changed["digest"] == "weekly"
        assert await put(api, as_agent, types={"task_assignment": None}, digest=None) == before

    @pytest.mark.parametrize(
        ("body", "field", "told"),
        [
            ({"types": {"gossip": {"email": True}}}, "types.gossip.[key]", "'task_assignment'"),
            (
                {"types": {"mention": {"pigeon": True}}},
                "types.mention.pigeon.[key]",
                "Input should be 'in_app' or 'email'",
            ),
            ({"types": {"mention": {"email": "yes"}}}, "types.mention.email", "boolean"),
            ({"digest": "hourly"}, "digest", "'off', 'daily' or 'weekly'"),
            ({"quiet_calendar_id": 5}, "quiet_calendar_id", "No calendar has the id 5"),
        ],
    )
    async def test_of_what_there_is_not_are_refused(
        self, api: httpx.AsyncClient, as_agent: Headers, body: dict[str, Any], field: str, told: str
    ) -> None:
        answer = await api.put(PATH, json={"digest": "daily"} | body, headers=as_agent)
        assert answer.status_code == 400
        assert told in answer.json()["details"][field][0]
        assert (await api.get(PATH, headers=as_agent)).json()["digest"] == "off"

    async def test_do_not_give_digests_to_those_who_hold_no_tickets(
        self, api: httpx.AsyncClient, as_employee: Headers
    ) -> None:
        answer = await api.put(PATH, json={"digest": "daily"}, headers=as_employee)
        assert answer.json()["details"] == {
            "digest": ["'daily' is for staff, who hold or own tickets: use 'off'"]
        }
        assert (await put(api, as_employee, digest="off"))["digest"] == "off"


@pytest.fixture
async def quiet_calendar_id(
    api: httpx.AsyncClient, as_admin: Headers, as_agent: Headers, calendar: dict[str, Any]
) -> int:
    """Office hours, outside of which the agent is left alone."""
    calendar_id: int = (await api.post("/sla/calendars/", json=calendar, headers=as_admin)).json()[
        "calendar_id"
    ]
    await put(api, as_agent, quiet_calendar_id=calendar_id)
    return calendar_id


@pytest.mark.usefixtures("quiet_calendar_id")
class TestQuietHours:
    @pytest.mark.parametrize(
        ("now", "until"),
        [
            (datetime(2026, 12, 21, 8, 0, tzinfo=UTC), None),
            (datetime(2026, 12, 21, 15, 59, 59, tzinfo=UTC), None),
            (datetime(2026, 12, 21, 16, 0, tzinfo=UTC), datetime(2026, 12, 22, 8, 0, tzinfo=UTC)),
            (datetime(2026, 12, 21, 7, 59, 59, tzinfo=UTC), datetime(2026, 12, 21, 8, 0, tzinfo=UTC)),
            (datetime(2026, 12, 23, 20, 0, tzinfo=UTC), datetime(2026, 12, 25, 8, 0, tzinfo=UTC)),
            (datetime(2026, 12, 26, 12, 0, tzinfo=UTC), datetime(2026, 12, 28, 8, 0, tzinfo=UTC)),
            (datetime(2026, 7, 6, 6, 0, tzinfo=UTC), datetime(2026, 7, 6, 7, 0, tzinfo=UTC)),
        ],
    )
    async def test_end_when_the_calendar_opens(
        self, operations: Database, now: datetime, until: datetime | None
    ) -> None:
        assert await waits(operations, now) == until

    @pytest.mark.parametrize(
        "about",
        [
            {"type": "sla_breach"},
            {"type": "digest"},
            {"user_id": 5},
            {"user_type": "employee"},
        ],
    )
    async def test_do_not_concern_what_cannot_wait_or_others(
        self, operations: Database, about: dict[str, Any]
    ) -> None:
        assert await waits(operations, datetime(2026, 12, 26, 12, 0, tzinfo=UTC), **about) is None

    async def test_are_those_of_the_newest_revision(
        self,
        api: httpx.AsyncClient,
        operations: Database,
        as_admin: Headers,
        quiet_calendar_id: int,
        calendar: dict[str, Any],
    ) -> None:
        changed = calendar | {"weekly_hours": {"saturday": [{"opens": "10:00", "closes": "11:00"}]}}
        answer = await api.put(f"/sla/calendars/{quiet_calendar_id}/", json=changed, headers=as_admin)
        assert answer.status_code == 200, answer.text
        now = datetime(2026, 12, 21, 8, 0, tzinfo=UTC)
        assert await waits(operations, now) == datetime(2026, 12, 26, 9, 0, tzinfo=UTC)

    async def test_end_for_who_wants_none(
        self, api: httpx.AsyncClient, operations: Database, as_agent: Headers
    ) -> None:
        await put(api, as_agent, quiet_calendar_id=None)
        assert await waits(operations, datetime(2026, 12, 26, 12, 0, tzinfo=UTC)) is None

    async def test_of_a_calendar_that_never_opens_again_hold_nothing(self, operations: Database) -> None:
        assert await waits(operations, datetime(2100, 6, 1, tzinfo=UTC)) is None
