import pytest

from api.kit.search import prefix_query


@pytest.mark.parametrize(
    ("search", "query"),
    [
        ("print scan", "'print':* & 'scan':*"),
        ("Printer/Scanner", "'Printer':* & 'Scanner':*"),
        ("jo@x.org", "'jo':* & 'x':* & 'org':*"),
        ("<b>O'Neil</b>", "'b':* & 'O''Neil':* & 'b':*"),
        ("\\", "'\\\\':*"),
        (" -- ", ""),
        ("x" * 200, f"'{'x' * 100}':*"),
    ],
)
def test_every_word_is_asked_for_as_a_beginning(search: str, query: str) -> None:
    assert prefix_query(search) == query
