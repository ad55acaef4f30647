import pytest

from sluice.errors import SettingError
from sluice.roles import parse_role


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Admin", ("tts", "Admin")),
        ("Ticket Coordinator", ("hdts", "Ticket Coordinator")),
        ("ticket coordinator", ("hdts", "ticket coordinator")),
        ("tts:Ticket Coordinator", ("tts", "Ticket Coordinator")),
        ("HDTS: Ticket Coordinator ", ("hdts", "Ticket Coordinator")),
        ("ams:Network Team", ("ams", "Network Team")),
    ],
)
def test_a_role_stands_in_a_system(text: str, expected: tuple[str, str]) -> None:
    assert parse_role(text) == expected


@pytest.mark.parametrize("text", ["", "  ", "tts:", ":Admin", ":"])
def test_a_text_that_names_no_role_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="names no role"):
        parse_role(text)
