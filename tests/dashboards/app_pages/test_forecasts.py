import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.privacy import SETTING
from tests.api.insights.desk import AS_OF, Ticket
from tests.api.insights.publishing import Publication
from tests.dashboards.app_pages.conftest import Ask, rendered, table_with
from tests.dashboards.conftest import Desk, SignIn

PAGE = "app_pages/forecasts.py"
Row = dict[str, Any]


def texts(page: AppTest) -> str:
    assert not page.exception
    return " ".join(element.value for element in [*page.text, *page.markdown, *page.info])


def scores(today: date) -> Iterator[Row]:
    """Forecasts of ten tickets a day, on eight days of which one had thirty and the others twelve."""
    for back in range(1, 9):
        day = today - timedelta(days=back)
        yield {
            "ds": day,
            "days_ahead": 1,
            "issued_on": day,
            "run_id": back,
            "champion": "theta",
            "fallback": False,
            "predicted": 10,
            "actual": 30 if back == 1 else 12,
            "seasonal_naive": 0,
            "weekday_mean": 0,
            **{f"lower_{level}": 10 - spread for level, spread in ((80, 3), (90, 4), (95, 5))},
            **{f"upper_{level}": 10 + spread for level, spread in ((80, 3), (90, 4), (95, 5))},
        }


def risk(number: int, score: int, **more: Any) -> Row:
    return {
        "task_id": number,
        "ticket_number": f"T-{number}",
        "subject": "A subject",
        "status": "in progress",
        "priority": "High",
        "department": "IT",
        "category": "Software",
        "sub_category": "Email",
        "workflow_id": 3,
        "workflow_name": "Standard",
        "current_step": "Triage",
        "source": None,
        "assignee": "Rosa Diaz",
        "created_at": AS_OF - timedelta(hours=number),
        "target_resolution": AS_OF + timedelta(hours=5),
        "hours_remaining": 5,
        "elapsed_ratio": 0.5,
        "is_breached": False,
        "rule_score": score,
        "rule_factors": json.dumps(["under 2 h left", "High priority"]),
        "breach_probability": score / 200,
        "may_breach": True,
        "may_be_met": True,
        "model_factors": json.dumps(
            [
                {"feature": "share_of_target", "value": 0.5, "effect": 1.25},
                {"feature": "hours_in:Review", "value": 3, "effect": -0.5},
            ]
        ),
        "predicted_at": AS_OF,
        "remaining_hours": 9.0,
        "lower_80": 4,
        "upper_80": 20,
        "lower_90": 2,
        "upper_90": 30,
    } | more


@pytest.fixture
def foretold(desk: Desk, tickets: list[Ticket]) -> Desk:
    """A desk with a forecast, past forecasts, and three open tickets at risk, one of them late."""
    with psycopg.connect(desk.database_url) as connection:
        publication = Publication(connection, tickets)
        publication.publish()
        told = connection.execute("select serving.series_key(null, null, null, null, null), current_date")
        [(key, today)] = told.fetchall()
        publication.fill("forecast_scores", [{"series_key": key, **row} for row in scores(today)])
        publication.fill(
            "ticket_risks", [risk(1, 40), risk(2, 90), risk(3, 99, is_breached=True, hours_remaining=-1)]
        )
    desk.execute("update serving.publications set data_as_of = now()")
    desk.publish_forecast()
    return desk


def opened(sign_in: SignIn, view: str, username: str = "manager") -> AppTest:
    page = sign_in(username).switch_page(PAGE).run()
    return page.button_group(key="view").set_value(view).run()


@pytest.mark.usefixtures("foretold")
class TestNumbers:
    def test_volume_with_its_band_as_it_was_asked_for(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        page = opened(sign_in, "volume")
        page.button_group(key="ahead").set_value(14).run()
        page.button_group(key="level").set_value("0.8").run()
        told = ask_staffed("/analytics/forecast/volume/", forecast_days=14, confidence=0.8)["forecasts"]
        table = table_with(page, "series").sort_values("date")
        ahead = table[table["series"] == "Forecast"]
        assert ahead["tickets"].tolist() == [point["predicted_count"] for point in told]
        assert ahead["upper"].tolist() == [point["confidence_upper"] for point in told]
        assert "In backtests it was off by **18\u00a0%**" in texts(page)

    def test_past_forecasts_stand_beside_what_came(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        page = opened(sign_in, "volume")
        told = ask_staffed("/analytics/forecast/accuracy/", horizon=28)
        table = table_with(page, "Came").sort_values("date")
        assert table["Came"].tolist() == [12] * 7 + [30]
        assert table["Within"].tolist() == [True] * 7 + [False]
        # 34 of 114 tickets, all of them too few, against an error of all of them.
        assert "were off by 29.8\u00a0%" in texts(page)
        assert "29.8\u00a0% too few were told" in texts(page)
        assert f"held {told['summary']['coverage_95']:.1f}\u00a0%" in texts(page)
        assert "The error is 0.3 times that of repeating the week before." in texts(page)

    def test_tickets_at_risk_have_reasons_and_lead_to_their_history(self, sign_in: SignIn) -> None:
        page = opened(sign_in, "risk")
        page.button_group(key="judged").set_value("rules").run()
        table = table_with(page, "Risk")
        assert table["Ticket"].tolist() == ["/ticket?task=2#T-2", "/ticket?task=1#T-1"]
        assert table["Risk"].tolist() == [90, 40]
        assert table["Why"][0] == "under 2 h left; High priority"
        shown = {metric.label: metric.value for metric in page.metric}
        assert shown == {"High risk": "1", "Medium risk": "1", "Low risk": "0", "Late already": "1"}

    def test_rules_judge_where_no_model_is_served(self, sign_in: SignIn) -> None:
        page = opened(sign_in, "risk")
        assert page.button_group(key="judged").value == "rules"
        assert table_with(page, "Risk")["Risk"].tolist() == [90, 40]
        assert "no model is served: train one" in texts(page)

    def test_reasons_of_a_model_say_which_way_they_go(self, sign_in: SignIn) -> None:
        page = opened(sign_in, "risk")
        page.button_group(key="judged").set_value("model").run()
        table = table_with(page, "Risk")
        assert table["Risk"].tolist() == [45, 20]
        assert table["Why"][0] == "+ share of its time used 0.5; - hours in Review 3"

    def test_nobody_is_named_where_the_desk_names_nobody(
        self, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = opened(sign_in, "risk")
        assert b"Rosa Diaz" in rendered(page)
        monkeypatch.setenv(SETTING, "true")
        page.run()
        assert b"Rosa Diaz" not in rendered(page)
        assert not page.main.get("download_button")


@pytest.mark.usefixtures("staffed")
class TestOfASimulatedDesk:
    def test_work_and_people_by_role(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        page = opened(sign_in, "work")
        page.button_group(key="ahead").set_value(7).run()
        page.number_input(key="within").set_value(30).run()
        told = ask_staffed("/analytics/forecast/workload/", forecast_days=7, answer_within=30)
        table = table_with(page, "Needed")
        assert table["Role"].tolist() == [role["role"] for role in told["by_role"]]
        assert table["Hours"].tolist() == [role["predicted_hours"] for role in told["by_role"]]
        assert table["Needed"].tolist() == [role["recommended_agents"] for role in told["by_role"]]
        assert told["by_role"]

    def test_weeks_of_categories(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        page = opened(sign_in, "categories")
        page.button_group(key="of_each").set_value("department").run()
        told = ask_staffed("/analytics/forecast/category/", level="department")["category_forecasts"]
        table = table_with(page, "A week expected")
        assert table["Name"].tolist() == [row["department"] for row in told]
        assert table["A week expected"].tolist() == [row["forecast_weekly_avg"] for row in told]

    def test_resolution_times_by_group(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        page = opened(sign_in, "resolution")
        page.button_group(key="by").set_value("workflow").run()
        told = ask_staffed("/analytics/forecast/resolution/", by="workflow")["predictions"]
        table = table_with(page, "Expected h")
        assert table["Resolved"].tolist() == [row["sample_size"] for row in told]
        few = [group.endswith(", few") for group in table["Group"]]
        assert few == [row["sample_size"] < 20 for row in told]


class TestStates:
    @pytest.mark.parametrize("view", ["volume", "risk", "work", "categories", "resolution"])
    def test_a_desk_of_one_ticket_has_words_for_what_it_lacks(
        self, desk: Desk, sign_in: SignIn, view: str
    ) -> None:
        desk.publish_now([Ticket(1, AS_OF)])
        assert texts(opened(sign_in, view))

    @pytest.mark.parametrize("view", ["volume", "risk", "work", "categories", "resolution"])
    @pytest.mark.usefixtures("foretold")
    def test_others_are_told_that_forecasts_are_not_theirs(self, sign_in: SignIn, view: str) -> None:
        page = opened(sign_in, view, "agent")
        assert "Forecasts are for administrators" in texts(page)
        assert not page.dataframe
