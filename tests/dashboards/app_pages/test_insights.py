from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.privacy import SETTING
from tests.api.insights.desk import AS_OF, Ticket
from tests.dashboards.app_pages.conftest import Ask, cards, rendered, table_with
from tests.dashboards.conftest import Desk, SignIn

PAGE = "app_pages/insights.py"


def texts(page: AppTest) -> str:
    assert not page.exception
    return " ".join(element.value for element in [*page.text, *page.info])


@pytest.fixture
def overloaded(staffed: Desk, ask_staffed: Ask) -> str:
    """Somebody with more than they can carry, whom an alert and an anomaly are about."""
    person: dict[str, Any] = ask_staffed("/analytics/workload/")["workloads"][0]
    staffed.execute(
        f"update serving.agent_load set open_items = 99 where user_id = {person['user_id']};"
        "delete from serving.anomalies where user_id is not null;"
        "insert into serving.anomalies "
        "(metric, dimension_key, dimension, user_id, day, value, expected, spread, deviation, "
        "baseline_days, method) "
        f"select 'user', '{person['user_id']}', '{person['user_name']}', {person['user_id']}, max(day), "
        "99, 1, 1, 98, 8, 'weekday_median' from serving.daily_volumes where is_complete"
    )
    return str(person["user_name"])


class TestNumbers:
    @pytest.mark.usefixtures("staffed")
    def test_score_parts_and_alerts_are_those_of_the_api(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        told = ask_staffed("/analytics/operational/")
        page = sign_in("manager").switch_page(PAGE).run()
        shown = cards(page)
        assert shown["Health score of 100"] == str(told["health_score"])
        assert shown["Critical"] == str(told["summary"]["critical_count"])
        assert table_with(page, "Points")["Points"].tolist() == [
            part["points"] for part in told["components"]
        ]
        assert told["alerts"]
        for alert in told["alerts"]:
            assert f"What to do: {alert['recommendation']}." in texts(page)

    @pytest.mark.usefixtures("staffed")
    def test_days_are_shown_with_the_band_that_would_be_usual(
        self, sign_in: SignIn, ask_staffed: Ask
    ) -> None:
        told = ask_staffed("/analytics/anomalies/", days=14)["daily_volumes"]
        page = sign_in("manager").switch_page(PAGE).run()
        page.button_group(key="days").set_value(14).run()
        table = table_with(page, "Unusual").sort_values("date")
        assert table["Tickets"].tolist() == [day["count"] for day in told]
        assert table["At most"].tolist() == [day["upper"] for day in told]

    def test_an_unusual_day_is_told_in_words(self, overloaded: str, sign_in: SignIn) -> None:
        page = sign_in("manager").switch_page(PAGE).run()
        assert f"99 items for {overloaded}, expected about 1" in texts(page)
        assert table_with(page, "Unusual")["Also unusual"].sum() == 1


class TestStates:
    def test_nothing_to_act_on(self, desk: Desk, sign_in: SignIn) -> None:
        desk.publish_now([Ticket(1, AS_OF, status="completed", resolved_at=AS_OF)])
        page = sign_in("manager").switch_page(PAGE).run()
        assert "Nothing is past its limit in this selection." in texts(page)
        assert "No day is over yet" in texts(page)

    @pytest.mark.usefixtures("staffed")
    def test_others_are_told_that_it_is_not_theirs(self, sign_in: SignIn) -> None:
        page = sign_in("agent").switch_page(PAGE).run()
        assert "Your account may not see these numbers" in page.subheader[0].value
        assert not page.metric

    def test_looking_at_roles_only_nobody_is_named(
        self, overloaded: str, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = sign_in("manager").switch_page(PAGE).run()
        assert overloaded.encode() in rendered(page)
        monkeypatch.setenv(SETTING, "true")
        page.run()
        assert "99 items for one person, expected about 1" in texts(page)
        assert overloaded.encode() not in rendered(page)
        assert b"drilldown%2Fuser" not in rendered(page)
