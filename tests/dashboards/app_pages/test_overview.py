import socket
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from api.insights.catalogue.registry import load_metrics
from tests.api.insights.desk import AS_OF, Ticket
from tests.dashboards.app_pages.conftest import cards
from tests.dashboards.conftest import Desk, SignIn, account_of, let_answers_age


def captions(page: AppTest) -> str:
    return " ".join(caption.value for caption in page.caption)


def texts(page: AppTest) -> str:
    return " ".join(text.value for text in page.text)


class TestNumbers:
    def test_cards_show_what_the_api_answers(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        publication_id = desk.publish_now(tickets)
        page = sign_in("manager")
        account = account_of(page)
        answer = httpx.get(
            f"{desk.url}/analytics/tickets/dashboard/",
            headers={"Authorization": f"Bearer {account.access_token}"},
        ).json()
        assert cards(page) == {
            "Total tickets": str(answer["total_tickets"]),
            "Open": str(answer["open_tickets"]),
            "Unassigned": str(answer["unassigned_tickets"]),
            "SLA compliance": "66.7\u00a0%",
            "SLA breached": str(answer["sla_breached"]),
            "At risk": str(answer["sla_at_risk"]),
            "Median resolution": f"{answer['median_resolution_hours']:.1f}\u00a0h",
            "First response": "1.0\u00a0h",
        }
        assert answer["sla_compliance_rate"] == 66.67
        assert f"publication **{publication_id}**" in captions(page)
        assert "stale" not in " ".join(warning.value for warning in page.warning)

    def test_charts_have_their_numbers_as_tables(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        tables = [table.value for table in sign_in("manager").dataframe]
        by_priority = next(table for table in tables if "Priority" in table)
        assert by_priority["Priority"].tolist() == ["Critical", "High", "Medium", "Low"]
        assert by_priority["Tickets"].tolist() == [0, 1, 4, 0]
        assert by_priority["Compliance %"].tolist()[1:3] == [100.0, 50.0]
        ages = next(table for table in tables if "Age" in table)
        assert dict(zip(ages["Age"], ages["Tickets"], strict=True))["Up to 1 day"] == 2

    def test_cards_explain_themselves_in_the_words_of_the_catalogue(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        helps = {metric.label: metric.help for metric in sign_in("manager").metric}
        metrics = load_metrics()
        assert helps["SLA compliance"] == metrics["sla_compliance_rate"].formula
        assert helps["At risk"] == metrics["sla_at_risk"].formula
        assert helps["Median resolution"].endswith("Within 1 %.")
        assert all(helps.values())

    def test_a_rate_of_nothing_is_not_a_number(self, desk: Desk, sign_in: SignIn) -> None:
        desk.publish_now([Ticket(1, AS_OF)])
        numbers = cards(sign_in("manager"))
        assert (numbers["SLA compliance"], numbers["Median resolution"]) == ("n/a", "n/a")

    def test_page_follows_the_next_publication(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        page = sign_in("manager")
        newer = desk.publish_now([*tickets, Ticket(6, AS_OF)])
        let_answers_age()
        page.run()
        assert cards(page)["Total tickets"] == "6"
        assert f"publication **{newer}**" in captions(page)


class TestForecast:
    def test_chart_table_and_sentence_come_from_the_published_forecast(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        desk.publish_forecast()
        page = sign_in("manager")
        tables = [table.value for table in page.dataframe]
        forecast = next(table for table in tables if "lower" in table)
        ahead = forecast[forecast["series"] == "Forecast"]
        assert len(ahead) == 28
        assert ahead["lower"].le(ahead["tickets"]).all()
        assert ahead["tickets"].le(ahead["upper"]).all()
        words = " ".join(markdown.value for markdown in page.markdown)
        assert "Predicted by Prophet. In backtests it was off by **18\u00a0%**" in words
        assert "its 95\u00a0% band held **94\u00a0%** of 84 days" in words

    def test_combinations_without_a_forecast_are_explained(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        desk.publish_forecast()
        page = sign_in("manager")
        page.selectbox(key="department").select("HR").run()
        assert cards(page)["Total tickets"] == "1"
        assert "forecast" in texts(page)

    def test_a_name_that_others_wrote_stays_text(self, desk: Desk, sign_in: SignIn) -> None:
        name = "![](http://evil.example/pixel) <b>HR</b>"
        desk.publish_now([Ticket(1, AS_OF, department=name)])
        desk.publish_forecast()
        page = sign_in("manager")
        page.selectbox(key="department").select(name).run()
        assert cards(page)["Total tickets"] == "1"
        spoken = [*page.markdown, *page.info, *page.warning, *page.caption, *page.subheader]
        assert not [element for element in spoken if "evil" in element.value]


class TestFilters:
    def test_a_filter_narrows_every_number(self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
        desk.publish_now(tickets)
        page = sign_in("manager")
        page.selectbox(key="department").select("HR").run()
        assert cards(page)["Total tickets"] == "1"
        assert cards(page)["SLA compliance"] == "0.0\u00a0%"

    def test_an_address_opens_the_view_it_was_copied_from(
        self, desk: Desk, page: AppTest, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        page.query_params["workflow"] = "New laptop"
        assert cards(sign_in("manager"))["Total tickets"] == "1"

    def test_a_value_that_does_not_exist_is_ignored(
        self, desk: Desk, page: AppTest, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        page.query_params["department"] = "' or 1=1 --"
        assert cards(sign_in("manager"))["Total tickets"] == "5"

    def test_reversed_dates_are_named(self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
        desk.publish_now(tickets)
        page = sign_in("manager")
        page.selectbox(key="period").select("Custom dates").run()
        page.date_input(key="from").set_value(AS_OF.date())
        page.date_input(key="to").set_value(AS_OF.date() - timedelta(days=1)).run()
        assert "The first day (10 Mar 2026) is after the last (9 Mar 2026)" in page.warning[0].value

    def test_a_period_without_tickets_says_so(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        page = sign_in("manager")
        page.selectbox(key="period").select("Custom dates").run()
        page.date_input(key="from").set_value(datetime(2020, 1, 1, tzinfo=UTC).date())
        page.date_input(key="to").set_value(datetime(2020, 1, 31, tzinfo=UTC).date()).run()
        assert cards(page)["Total tickets"] == "0"
        assert "No ticket was created in this selection" in page.info[0].value

    def test_an_old_history_says_where_to_look(self, desk: Desk, sign_in: SignIn) -> None:
        desk.publish_now([Ticket(1, AS_OF - timedelta(days=900))])
        page = sign_in("manager")
        assert cards(page)["Total tickets"] == "1"
        assert "choose others for an older history" in page.info[0].value


class TestStates:
    def test_nothing_published_yet(self, sign_in: SignIn) -> None:
        page = sign_in("manager")
        assert "Nothing has been published yet" in page.subheader[0].value
        assert not page.metric
        assert not page.exception

    def test_api_down(
        self,
        desk: Desk,
        sign_in: SignIn,
        tickets: list[Ticket],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        desk.publish_now(tickets)
        page = sign_in("manager")
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        monkeypatch.setenv("SLUICE_WORKFLOW_API_URL", f"http://127.0.0.1:{port}")
        page.selectbox(key="priority").select("High").run()
        assert "The numbers cannot be read now" in page.subheader[0].value
        assert not page.exception

    def test_stale_numbers_are_called_stale(self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
        desk.publish(tickets)
        page = sign_in("manager")
        assert "nothing has been published since 10 March 2026, 14:30 UTC" in page.warning[0].value
        assert cards(page)["Total tickets"] == "5"

    def test_others_are_told_why_they_see_no_forecast(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket]
    ) -> None:
        desk.publish_now(tickets)
        page = sign_in("agent")
        assert cards(page)["Total tickets"] == "5"
        assert "The forecast is for administrators" in texts(page)


class TestFrame:
    def test_the_frame_leads_to_what_the_numbers_mean(
        self, desk: Desk, sign_in: SignIn, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLUICE_DOCS_URL", "https://docs.example.org")
        desk.publish_now(tickets)
        [link] = sign_in("manager").get("link_button")
        assert (link.label, link.url) == ("What the numbers mean", "https://docs.example.org/contents.html")
