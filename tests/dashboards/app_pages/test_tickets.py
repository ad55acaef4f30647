from dashboards.frames.categories import INDENT, MARK
from tests.dashboards.app_pages.conftest import Ask, OpenSimulated, cards, table_with


def test_cards_show_what_the_api_answers(open_simulated: OpenSimulated, ask: Ask) -> None:
    page, answer = open_simulated("tickets"), ask("/analytics/tickets/dashboard/")
    shown = cards(page)
    assert shown["Completed"] == str(answer["completed_tickets"])
    assert shown["On hold"] == str(answer["on_hold_tickets"])
    assert shown["90 % resolved within"] == f"{answer['p90_resolution_hours']:,.1f}\u00a0h"


def test_time_goes_by_the_granularity_chosen(open_simulated: OpenSimulated) -> None:
    page = open_simulated("tickets")
    assert all(day.weekday() == 0 for day in table_with(page, "created")["date"])
    page.button_group(key="by").set_value("month").run()
    assert all(day.day == 1 for day in table_with(page, "created")["date"])


def test_age_is_of_all_tickets_on_demand(open_simulated: OpenSimulated, ask: Ask) -> None:
    page = open_simulated("tickets")
    page.button_group(key="age_of").set_value("all").run()
    counts = [row["count"] for row in ask("/analytics/tickets/age/", scope="all")["ticket_age"]]
    assert table_with(page, "Age")["Tickets"].tolist() == counts


def test_tree_unfolds_one_department(open_simulated: OpenSimulated, ask: Ask) -> None:
    page = open_simulated("tickets", unfolded="Finance")
    tree = table_with(page, "Level")
    departments = tree[tree["Level"] == 0]
    whole, branch = (
        ask("/analytics/ticket-categories/"),
        ask("/analytics/ticket-categories/", department="Finance"),
    )
    assert departments["Tickets"].tolist() == [row["count"] for row in whole["by_department"]]
    lines = [
        (depth, name, count)
        for category in branch["hierarchical"]
        for depth, name, count in [
            (1, category["category"], category["total"]),
            *((2, part["name"], part["count"]) for part in category["sub_categories"]),
        ]
    ]
    below = tree[tree["Level"] > 0]
    shown = zip(below["Level"], below["Name"], below["Tickets"], strict=True)
    assert list(shown) == [(depth, f"{MARK}{INDENT * depth}{name}", count) for depth, name, count in lines]


def test_every_line_of_the_tree_is_a_number_that_can_be_proven(
    open_simulated: OpenSimulated, ask: Ask
) -> None:
    tree = table_with(open_simulated("tickets", unfolded="Finance"), "Level")
    for line in tree.to_dict("records"):
        narrowed = "?department=Finance" if line["Level"] else ""
        proof = ask("/analytics/proof/", path=f"/analytics/ticket-categories/{narrowed}", field=line["Field"])
        assert [found["value"] for found in proof["proofs"]] == [line["Tickets"]]


def test_groups_stand_beside_the_period_before(open_simulated: OpenSimulated) -> None:
    page = open_simulated("tickets", period="Last 30 days")
    assert "Before" in table_with(page, "Priority")
    page.toggle(key="compare").set_value(False).run()
    assert "Before" not in table_with(page, "Priority")
