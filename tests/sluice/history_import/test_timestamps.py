from datetime import UTC, datetime

import pytest

from sluice.history_import.timestamps import timestamp_parser


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-15 12:00", datetime(2024, 1, 15, 10, tzinfo=UTC)),
        ("2024-07-15 12:00", datetime(2024, 7, 15, 9, tzinfo=UTC)),
        # 03:30 happened twice on this day: the first of the two, still in summer time.
        ("2024-10-27 03:30", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        # 03:30 did not happen on this day: read with the winter offset that held before.
        ("2024-03-31 03:30", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
    ],
)
def test_local_time_of_a_zone_with_summer_time(text: str, expected: datetime) -> None:
    assert timestamp_parser("%Y-%m-%d %H:%M", "Europe/Tallinn")(text) == expected


def test_offset_in_the_text_wins_over_the_zone() -> None:
    parse = timestamp_parser("iso", "Europe/Tallinn")
    assert parse("2024-01-15T12:00:00+09:00") == datetime(2024, 1, 15, 3, tzinfo=UTC)
    assert parse("2024-01-15T12:00:00Z") == datetime(2024, 1, 15, 12, tzinfo=UTC)


def test_first_format_that_fits_is_used() -> None:
    parse = timestamp_parser(["%d/%m/%Y", "epoch"], "UTC")
    assert parse("29/2/2016") == datetime(2016, 2, 29, tzinfo=UTC)
    assert parse("0") == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["30/2/2016", "tomorrow", "", "1e400"])
def test_other_text_is_an_error_that_names_the_forms(text: str) -> None:
    with pytest.raises(ValueError, match="not a timestamp of the form %d/%m/%Y or epoch"):
        timestamp_parser(["%d/%m/%Y", "epoch"], "UTC")(text)
