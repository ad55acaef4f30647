"""What the answers of one page have in common, and what is asked for no second time."""

from urllib.parse import parse_qs, urlsplit

from dashboards.loaders import NEWEST
from tests.api.insights.desk import AS_OF, Ticket
from tests.dashboards.conftest import Desk, SignIn, let_answers_age

OF_NO_PUBLICATION = {"/analytics/metrics/", "/annotations/"}


def publications_asked_of(desk: Desk) -> set[str]:
    """The publications that questions about published numbers named."""
    asked = [urlsplit(entry.removeprefix("GET ")) for entry in desk.asked if entry.startswith("GET ")]
    return {
        parse_qs(address.query).get("known_on", ["none"])[0]
        for address in asked
        if address.path not in OF_NO_PUBLICATION and (address.path, address.query) != (NEWEST, "")
    }


def test_all_numbers_of_a_page_are_of_one_publication(
    desk: Desk, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    first = desk.publish_now(tickets)
    page = sign_in("manager")
    assert publications_asked_of(desk) == {str(first)}
    second = desk.publish_now([*tickets, Ticket(6, AS_OF)])
    desk.asked.clear()
    let_answers_age()
    page.run()
    assert publications_asked_of(desk) == {str(second)}


def test_what_is_known_is_asked_for_once(desk: Desk, sign_in: SignIn, tickets: list[Ticket]) -> None:
    desk.publish_now(tickets)
    page = sign_in("manager")
    desk.asked.clear()
    page.run()
    assert desk.asked == []
