from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.dashboards.app_pages.conftest import Ask, OpenSimulated

KEYS = {
    "Priority": "priority",
    "Workflow": "workflow_name",
    "Department": "department",
    "Category": "category",
}


@pytest.mark.parametrize("dimension", KEYS)
def test_compliance_is_by_the_dimension_in_the_address(
    open_simulated: OpenSimulated, ask: Ask, dimension: str
) -> None:
    page = open_simulated("sla", by=dimension)
    shown = next(table.value for table in page.dataframe if "Compliance %" in table.value)
    groups = ask("/analytics/tickets/sla/", group_by=dimension.lower())["sla_compliance"]
    assert shown[dimension].tolist() == [group[KEYS[dimension]] for group in groups]
    assert shown["Breached"].tolist() == [group["sla_breached"] for group in groups]
    assert shown["Compliance %"].tolist() == pytest.approx(
        [group["compliance_rate"] for group in groups], nan_ok=True
    )


def test_lists_are_those_of_the_api_and_lead_to_each_ticket(open_simulated: OpenSimulated, ask: Ask) -> None:
    page = open_simulated("sla", within="72 hours", ran="Half")
    lists = [table.value for table in page.dataframe if "hours_remaining" in table.value]
    answers = [
        ask("/analytics/sla-risk/", within_hours="72", limit="100")["at_risk"],
        ask("/analytics/sla-risk/", at_risk_ratio="0.5", limit="100")["at_risk"],
        ask("/analytics/sla-risk/", limit="100")["breached"],
    ]
    told = [[row["task_id"] for row in rows] for rows in answers if rows]
    assert told
    addresses = [[urlsplit(link) for link in shown["ticket_number"]] for shown in lists]
    assert [[int(parse_qs(link.query)["task"][0]) for link in links] for links in addresses] == told


def test_each_count_opens_to_as_many_tickets(open_simulated: OpenSimulated, ask: Ask) -> None:
    page = open_simulated("sla", within="72 hours", ran="Half")
    links = [unescape(element.proto.body) for element in page.get("html")]
    lists = [parse_qs(urlsplit(link.split('"')[1]).query)["list"][0] for link in links if "list=" in link]
    told = [int(words.value.split("**")[1]) for words in page.markdown if "open tickets" in words.value]
    assert len(told) == 3
    assert [ask(address)["count"] for address in lists] == [count for count in told if count]


def test_others_are_told_who_may_see_the_tickets(open_simulated: OpenSimulated) -> None:
    page = open_simulated("sla", "Service Desk")
    assert "for administrators" in " ".join(text.value for text in page.text)
    assert page.metric[0].label == "SLA compliance"
