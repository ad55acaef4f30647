import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.privacy import SETTING
from tests.dashboards.app_pages.conftest import Ask, cards, nodes_of, rendered, table_with
from tests.dashboards.conftest import SignIn

PAGE = "app_pages/people.py"

pytestmark = pytest.mark.usefixtures("staffed")


def graphs(page: AppTest) -> list[str]:
    return [node.proto.spec for node in nodes_of(page) if getattr(node, "type", "") == "graphviz_chart"]


@pytest.fixture
def names(ask_staffed: Ask) -> set[str]:
    """Everybody's, of the desk of which nobody may be named."""
    people = [
        *ask_staffed("/analytics/tasks/users/", limit=1000)["user_performance"],
        *ask_staffed("/analytics/workload/")["workloads"],
    ]
    return {person["user_name"] for person in people}


class TestNumbers:
    def test_cards_show_what_the_api_answers(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        items, moved = (
            ask_staffed("/analytics/tasks/performance/"),
            ask_staffed("/analytics/tasks/transfers/"),
        )
        numbers = cards(sign_in("manager").switch_page(PAGE).run())
        compliance = items["sla_compliance"]["summary"]["current_compliance_rate_percent"]
        assert numbers == {
            "Items": f"{items['total_task_items']:,}",
            "Open items": str(items["active_items"]),
            "Overdue items": str(items["overdue_items"]),
            "Done in time": f"{compliance:.1f}\u00a0%",
            "Median to the act": f"{items['time_to_action_hours']['median']:.1f}\u00a0h",
            "Transfers": str(moved["total_transfers"]),
            "Escalations": str(moved["total_escalations"]),
            "Escalation rate": f"{moved['escalation_rate']:.1f}\u00a0%",
        }
        assert moved["total_transfers"]

    def test_people_are_ranked_with_their_samples(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        page = sign_in("manager").switch_page(PAGE).run()
        page.selectbox(key="ranked").select("resolved").run()
        told = ask_staffed("/analytics/tasks/users/", sort="resolved", limit=1000)["user_performance"]
        table = table_with(page, "Roles", "Samples")
        assert table["Key"].tolist() == [person["user_id"] for person in told]
        assert table["Items"].tolist() == [person["total_items"] for person in told]
        assert table["Resolved %"].tolist() == [person["resolution_rate"] for person in told]
        few = [person["total_items"] < 20 for person in told]
        assert (table["Samples"] == "Few").tolist() == few
        assert {True, False} == set(few)

    def test_the_load_of_each_opens_to_as_many_items(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        page = sign_in("manager").switch_page(PAGE).run()
        loads = ask_staffed("/analytics/workload/")
        table = table_with(page, "Capacity", "Key")
        assert table["Open"].tolist() == [person["active_tasks"] for person in loads["workloads"]]
        links = re.findall(rb"/rows\?list=[\w%.+-]+?known_on%3D\d+", rendered(page))
        lists = {parse_qs(urlsplit(link.decode()).query)["list"][0] for link in links}
        of_busiest = {address for address in lists if f"/user/{table['Key'][0]}/" in address}
        counts = {("sla_status" in address): ask_staffed(address)["count"] for address in of_busiest}
        assert counts == {False: table["Open"][0], True: table["Overdue"][0]}
        assert table["Open"][0]

    def test_edges_of_the_flow_open_to_the_transfers(self, sign_in: SignIn, ask_staffed: Ask) -> None:
        handovers, _escalations = sorted(
            graphs(sign_in("manager").switch_page(PAGE).run()), key=lambda dot: "escalations" in dot
        )
        links = re.findall(r'label=(\d+)[^\]]*URL="([^"]+)"', handovers)
        assert links
        for count, link in links[:4]:
            query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
            [proof] = ask_staffed("/analytics/proof/", path=query["of"], field=query["field"])["proofs"]
            assert (proof["value"], proof["drilldown_count"]) == (int(count), int(count))

    def test_filters_narrow_it_and_an_empty_selection_says_so(self, sign_in: SignIn) -> None:
        page = sign_in("manager").switch_page(PAGE).run()
        page.selectbox(key="period").select("Custom dates").run()
        page.date_input(key="from").set_value(date(2020, 1, 1))
        page.date_input(key="to").set_value(date(2020, 1, 31)).run()
        assert cards(page)["Items"] == "0"
        assert "Nobody was given an item in this selection" in page.info[0].value

    def test_others_see_all_but_the_load(self, sign_in: SignIn) -> None:
        page = sign_in("agent").switch_page(PAGE).run()
        assert cards(page)["Items"]
        assert any("is for administrators" in text.value for text in page.text)


class TestRolesOnly:
    def test_by_choice_nobody_is_named(self, sign_in: SignIn, names: set[str]) -> None:
        page = sign_in("manager").switch_page(PAGE).run()
        assert len([name for name in names if name.encode() in rendered(page)]) == len(names)
        page.toggle(key="team").set_value(True).run()
        self.assert_nobody(page, names)

    def test_the_desk_may_have_it_so_for_all(
        self, sign_in: SignIn, names: set[str], ask_staffed: Ask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(SETTING, "true")
        page = sign_in("manager").switch_page(PAGE)
        page.query_params["team"] = "false"
        page.query_params["person"] = next(iter(names))
        page.run()
        assert "team" not in {toggle.key for toggle in page.toggle}
        self.assert_nobody(page, names)
        roles = table_with(page, "Acted on", "In time %")
        first = ask_staffed("/analytics/tasks/performance/", role=roles["Key"][0])
        assert roles["Items"][0] == first["total_task_items"]

    def test_rows_name_nobody_either(
        self, sign_in: SignIn, names: set[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(SETTING, "true")
        page = sign_in("manager").switch_page("app_pages/rows.py")
        page.query_params["list"] = "/analytics/drilldown/transfers/?known_on=1"
        page.run()
        assert len(page.dataframe[0].value)
        self.assert_nobody(page, names)

    @staticmethod
    def assert_nobody(page: AppTest, names: set[str]) -> None:
        assert not page.exception
        drawn = rendered(page)
        assert not [name for name in names if name.encode() in drawn]
        assert not re.search(rb"user_id|/user/\d|analytics/tasks/users", drawn)
        assert "person" not in {box.key for box in page.selectbox}
        assert not page.main.get("download_button")
