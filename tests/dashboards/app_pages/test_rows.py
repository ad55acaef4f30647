from tests.dashboards.app_pages.conftest import Ask, OpenSimulated


def test_a_list_without_a_proof_opens(open_simulated: OpenSimulated, ask: Ask) -> None:
    address = "/analytics/drilldown/tickets/open/?priority=Low"
    page = open_simulated("rows", list=address)
    assert page.subheader[0].value == f"{ask(address)['count']} rows"
    assert "Asked for: priority Low." in [text.value for text in page.text]


def test_nothing_but_lists_is_asked_for(open_simulated: OpenSimulated) -> None:
    page = open_simulated("rows", list="/users/?page_size=100")
    assert "Choose a number on another page" in page.info[0].value
    assert not page.dataframe


def test_filters_of_a_link_stay_text(open_simulated: OpenSimulated) -> None:
    name = "![](http://evil.example/pixel)"
    page = open_simulated("rows", list=f"/analytics/drilldown/tickets/open/?department={name}")
    assert name in " ".join(text.value for text in page.text)
    assert not [element for element in (*page.markdown, *page.caption) if "evil" in element.value]
