from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.kit.durations import LONGEST, format_duration, parse_duration


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_every_duration_reads_back_as_it_was_written(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration
    assert parse_duration(f"PT{seconds}S") == duration
    assert parse_duration(seconds) == duration


@pytest.mark.parametrize("written", ["72:00:00", "P3D", "PT72H", "P2DT24H", 259200])
def test_three_days_in_each_form(written: object) -> None:
    assert parse_duration(written) == timedelta(days=3)
    assert format_duration(timedelta(days=3)) == "72:00:00"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "P",
        "PT",
        "4h",
        "24:60:60",
        "-1:00:00",
        "00:00:00",
        "99999999:00:00",
        0,
        -5,
        1.5,
        True,
        None,
        "P٣D",
    ],
)
def test_anything_else_is_refused_in_a_sentence(written: object) -> None:
    with pytest.raises(ValueError, match="give"):
        parse_duration(written)
