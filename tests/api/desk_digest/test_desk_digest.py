"""The desk's week: told to who wants it, once, with the numbers that the API answers."""

import asyncio
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from structlog.testing import capture_logs

from api.kit.clock import utc_now
from api.kit.dates import Weekday
from tests.api.desk_digest.conftest import risk
from tests.api.desk_digest.office import ADMINS, AGENT, Office
from tests.api.insights.desk import AS_OF
from tests.api.insights.publishing import Publication
from tests.factories.desk import Desk
from tests.factories.postman import open_postman

NOW = AS_OF + timedelta(minutes=30)
WEEK = "start_date=2026-03-02&end_date=2026-03-08&compare=previous"
RISKS = "/analytics/drilldown/risks/?method=model&is_breached=false&is_scored=true&page_size=3"


class TestNumbers:
    @pytest.mark.usefixtures("publication")
    async def test_are_those_of_the_answers(self, office: Office) -> None:
        flow = await office.read(f"/analytics/ticket-trends/?{WEEK}")
        created = await office.read(f"/analytics/tickets/dashboard/?{WEEK}")
        assert await office.write(NOW) == 2
        facts = office.told()[ADMINS[0]]["facts"]
        expected: dict[str, Any] = {
            name: {"value": created[name], "before": created["previous"][name]}
            for name in ("sla_compliance_rate", "sla_breached", "median_resolution_hours")
        }
        for name in ("created", "resolved"):
            total = f"total_{name}"
            before = flow["previous"]["summary"][total]
            expected[name] = {"value": flow["summary"][total], "before": before}
        backlogs = [each["trends"][-1]["backlog"] for each in (flow, flow["previous"])]
        expected["open"] = dict(zip(("value", "before"), backlogs, strict=True))
        assert facts["figures"] == expected
        assert all(figure["value"] for figure in expected.values())
        assert (facts["week"], facts["publication_id"]) == ("2026-W10", flow["publication_id"])

    @pytest.mark.usefixtures("publication")
    async def test_stand_in_the_message(self, office: Office) -> None:
        flow = await office.read(f"/analytics/ticket-trends/?{WEEK}")
        created = await office.read(f"/analytics/tickets/dashboard/?{WEEK}")
        alerts = (await office.read("/analytics/operational/"))["alerts"]
        await office.write(NOW)
        told = office.told()[ADMINS[0]]
        total, change = flow["summary"]["total_created"], flow["change"]["total_created"]["percent"]
        points = created["change"]["sla_compliance_rate"]["absolute"]
        before = flow["previous"]["summary"]["total_created"]
        assert told["subject"].startswith(f"The desk from 2 to 8 March: {total} created, ")
        assert f"\nCreated: {total} (before {before}, {change:+g} %)\n" in told["message"]
        rate, was = created["sla_compliance_rate"], created["previous"]["sla_compliance_rate"]
        assert f"SLA compliance: {rate:g} % (before {was:g} %, {points:+g} points)\n" in told["message"]
        assert (
            "EXPECTED FROM 9 TO 15 MARCH\n30.5 tickets, with 95 % between 12.2 and 48.8." in told["message"]
        )
        assert f"ALERTS ({len(alerts)})\n{alerts[0]['severity']}: {alerts[0]['title']}." in told["message"]
        assert "The numbers are of 10 March 2026, 14:30 UTC, 30 min old" in told["message"]

    @pytest.mark.usefixtures("publication")
    async def test_name_the_tickets_most_likely_to_breach(self, office: Office) -> None:
        rows = (await office.read(RISKS))["results"]
        await office.write(NOW)
        told = office.told()[ADMINS[0]]
        assert told["facts"]["at_risk"] == [row["ticket_number"] for row in rows]
        assert [row["risk_score"] for row in rows] == [50, 40, 30]
        assert (
            "MOST LIKELY TO BREACH (3 of 5 with a score)\n"
            "TX20260310000005  Subject 5 (High): 50 %, due 10 March 2026, 19:30 UTC\n"
        ) in told["message"]

    async def test_without_a_model_are_points_of_the_rules(
        self, office: Office, publication: Publication
    ) -> None:
        publication.connection.execute("update serving.ticket_risks set breach_probability = null")
        await office.write(NOW)
        assert "Subject 5 (High): 50 of 100 points, due" in office.told()[ADMINS[0]]["message"]

    async def test_without_a_forecast_say_so(self, office: Office, publication: Publication) -> None:
        publication.connection.execute("delete from serving.forecast_points")
        publication.connection.execute("delete from serving.forecast_series")
        assert await office.write(NOW) == 2
        told = office.told()[ADMINS[0]]
        assert told["facts"]["expected"] is None
        assert "EXPECTED FROM 9 TO 15 MARCH\nNo forecast of this week is published." in told["message"]

    async def test_of_a_desk_without_tickets_are_told_too(
        self, office: Office, publication: Publication
    ) -> None:
        Publication(publication.connection, []).publish()
        publication.connection.execute("delete from serving.ticket_risks")
        assert await office.write(NOW) == 2
        message = office.told()[ADMINS[0]]["message"]
        assert "Created: 0 (before 0)\n" in message
        assert "SLA compliance: none (before none)" in message
        assert "MOST LIKELY TO BREACH\nNo open ticket has a score." in message

    async def test_of_a_week_that_is_not_whole_say_so(self, office: Office, publication: Publication) -> None:
        assert publication
        assert await office.write(NOW + timedelta(weeks=1)) == 2
        assert "It is not whole: the numbers end on 10 March 2026, 14:30 UTC" in office.told()[1]["message"]
        assert await office.write(NOW + timedelta(weeks=3)) == 2
        message = office.told()[1]["message"]
        assert "Created" not in message
        assert "14:30 UTC, 21 days old" in message

    async def test_tell_what_failed_and_what_is_in_doubt(
        self, office: Office, publication: Publication
    ) -> None:
        publication.connection.execute(
            """
            insert into serving.failed_runs (run_id, job_name, failed_at, failures)
            values ('run', 'publish', now() + interval '1 hour', '["build/ticket_cube: 3 rows"]');
            insert into serving.quarantined_rows (source_table, row_id, reason, ticket_id, detail, seen_at)
            values ('task', 1, 'ends_before_it_begins', 5, 'closed before it was opened', now());
            """
        )
        await office.write(NOW)
        message = office.told()[ADMINS[0]]["message"]
        assert "The job publish failed on " in message
        assert (
            "UTC: build/ticket_cube: 3 rows\n"
            "In doubt: 1 ticket has rows that cannot be right and are counted nowhere."
        ) in message

    async def test_that_cannot_be_read_keep_nobody_from_the_others(
        self, office: Office, publication: Publication
    ) -> None:
        publication.connection.execute("alter table serving.ticket_risks rename to out_of_sight")
        assert await office.write(NOW) == 2
        message = office.told()[ADMINS[0]]["message"]
        assert "MOST LIKELY TO BREACH\nIt could not be told: Something went wrong on our side." in message
        assert "\n\nALERTS (" in message


class TestTelling:
    @pytest.mark.usefixtures("publication")
    async def test_is_done_once_whatever_restarts(self, office: Office) -> None:
        counts = [await office.write(NOW + timedelta(minutes=15 * turn)) for turn in range(3)]
        assert counts == [2, 0, 0]
        assert {row["dedup_key"] for row in office.told().values()} == {
            f"desk_digest:2026-W10:staff:{user_id}" for user_id in ADMINS
        }
        assert await office.write(NOW + timedelta(weeks=1)) == 2

    @pytest.mark.usefixtures("publication")
    async def test_by_two_workers_at_once_is_done_once(self, office: Office) -> None:
        with capture_logs() as lines:
            assert sum(await asyncio.gather(*(office.write(NOW) for _ in range(2)))) == 2
        assert [line for line in lines if line["event"] == "desk_digest_failed"] == []
        assert sorted(office.told()) == [*ADMINS]

    async def test_waits_until_something_is_published(self, office: Office, database_url: str) -> None:
        with capture_logs() as lines:
            assert await office.write(NOW) == 0
        assert [line for line in lines if line["event"] == "desk_digest_failed"] == []
        with psycopg.connect(database_url) as connection:
            Publication(connection, []).publish()
        assert await office.write(NOW + timedelta(minutes=15)) == 2

    async def test_is_tried_again_when_the_headlines_could_not_be_read(
        self, office: Office, publication: Publication
    ) -> None:
        publication.connection.execute("alter table serving.ticket_cube rename to out_of_sight")
        with capture_logs() as lines:
            assert await office.write(NOW) == 0
        assert [line["user_id"] for line in lines if line["event"] == "desk_digest_failed"] == [*ADMINS]
        publication.connection.execute("alter table serving.out_of_sight rename to ticket_cube")
        assert await office.write(NOW + timedelta(minutes=15)) == 2

    @pytest.mark.usefixtures("publication")
    async def test_is_not_done_where_it_is_switched_off(self, office: Office) -> None:
        assert await office.write(NOW, desk_digest_day="off") == 0
        assert await office.write(NOW, desk_digest_day=Weekday.MONDAY) == 0
        assert await office.write(NOW, digest_hour=23) == 0

    @pytest.mark.usefixtures("publication")
    async def test_is_a_job_of_the_worker(self, office: Office, desk: Desk) -> None:
        today = list(Weekday)[utc_now().weekday()]
        at_midnight = office.settings.model_copy(update={"digest_hour": 0, "desk_digest_day": today})
        async with open_postman(at_midnight, desk) as postman:
            await postman.queue.tasks["write_digests"].defer_async(timestamp=0)
            await postman.queue.run_worker_async(
                queues=["digests"], wait=False, install_signal_handlers=False, listen_notify=False
            )
        assert sorted(office.told()) == [*ADMINS]

    @pytest.mark.usefixtures("publication")
    async def test_keeps_the_hour_of_the_deployment_and_of_the_reader(self, office: Office) -> None:
        assert await office.write(NOW, digest_hour=5, timezone="Pacific/Honolulu") == 2
        calendar = {"name": "Hawaii", "time_zone": "Pacific/Honolulu", "public_holidays": None}
        calendar |= {"weekly_hours": {"monday": [{"opens": "09:00", "closes": "17:00"}]}}
        made = (await office.ask("POST", "/sla/calendars/", 1, **calendar)).json()
        answer = await office.ask(
            "PUT", "/notifications/preferences/", 1, quiet_calendar_id=made["calendar_id"]
        )
        assert answer.status_code == 200, answer.text
        later = NOW.replace(hour=7) + timedelta(weeks=1)
        assert await office.write(later) == 1
        assert await office.write(later.replace(hour=17)) == 1


class TestReaders:
    @pytest.mark.usefixtures("publication")
    async def test_are_admins_who_did_not_switch_it_off(self, office: Office) -> None:
        await office.want(ADMINS[0], in_app=False, email=False)
        assert await office.write(NOW) == 1
        assert list(office.told()) == [ADMINS[1]]

    @pytest.mark.usefixtures("publication")
    async def test_of_the_staff_who_ask_are_told_what_they_may_read(self, office: Office) -> None:
        await office.want(AGENT, email=True)
        assert await office.write(NOW) == 3
        told = office.told()
        mine, theirs = told[AGENT], told[ADMINS[0]]
        assert mine["facts"]["figures"] == theirs["facts"]["figures"]
        assert (mine["facts"]["expected"], mine["facts"]["at_risk"]) == (None, [])
        for title in ("EXPECTED", "MOST LIKELY", "ALERTS", "could not be told"):
            assert title not in mine["message"]
        assert "The numbers are of 10 March 2026" in mine["message"]

    @pytest.mark.usefixtures("publication")
    async def test_see_their_preference(self, office: Office) -> None:
        shown = [
            (await office.read("/notifications/preferences/", user_id))["types"]["desk_digest"]
            for user_id in (ADMINS[0], AGENT)
        ]
        assert shown == [{"in_app": True, "email": True}, {"in_app": False, "email": False}]

    async def test_are_no_employees(self, office: Office, as_employee: dict[str, Any]) -> None:
        body = {"types": {"desk_digest": {"email": True}}}
        answer = await office.api.put("/notifications/preferences/", json=body, headers=as_employee)
        assert answer.status_code == 400
        assert "told to staff" in answer.json()["details"]["types.desk_digest"][0]

    async def test_are_shown_a_hostile_subject_on_one_line(
        self, office: Office, publication: Publication
    ) -> None:
        hostile = "<script>alert(1)</script>\r\n\r\nDATA\nAll is well \u202e" + "x" * 200
        publication.fill("ticket_risks", [risk(9, subject=hostile)])
        await office.write(NOW)
        message = office.told()[ADMINS[0]]["message"]
        (line,) = [each for each in message.split("\n") if "script" in each]
        assert line.startswith("TX20260310000009  <script>alert(1)</script> DATA All is well x")
        assert line.endswith("x… (High): 90 %, due 10 March 2026, 19:30 UTC")
        assert message.split("\n").count("DATA") == 1
