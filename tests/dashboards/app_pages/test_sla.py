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


@pytest.mark.parametrize(
    ("limits", "count", "query"),
    [
        ({"within_hours": "72"}, "at_risk_count", {"within_hours": "72"}),
        ({"at_risk_ratio": "0.5"}, "at_risk_count", {"at_risk_ratio": "0.5"}),
        ({}, "breached_count", {"sla_status": "breached"}),
    ],
)
def test_the_list_behind_each_count_is_as_long(
    ask: Ask, limits: dict[str, str], count: str, query: dict[str, str]
) -> None:
    listed = ask("/analytics/drilldown/tickets/open/", **query)
    assert listed["count"] == ask("/analytics/sla-risk/", **limits)["summary"][count] > 0


def test_others_are_told_who_may_see_the_tickets(open_simulated: OpenSimulated) -> None:
    page = open_simulated("sla", "Service Desk")
    assert "for administrators" in " ".join(text.value for text in page.text)
    assert page.metric[0].label == "SLA compliance"
