from datetime import timedelta

import pytest

from dashboards.components import wording


class TestNumbers:
    def test_absent_is_not_zero(self) -> None:
        assert (wording.hours(None), wording.percent(None)) == ("n/a", "n/a")
        assert (wording.hours(0), wording.percent(0)) == ("0.0\u00a0h", "0.0\u00a0%")

    def test_a_share_is_not_rounded_up_to_all(self) -> None:
        assert [wording.share(value) for value in (0.997, 0.94, 1)] == [
            "99.7\u00a0%",
            "94\u00a0%",
            "100\u00a0%",
        ]

    def test_large_counts_are_grouped(self) -> None:
        assert wording.count(24_918) == "24,918"

    @pytest.mark.parametrize(
        ("age", "words"),
        [
            (timedelta(seconds=-5), "less than a minute ago"),
            (timedelta(seconds=59), "less than a minute ago"),
            (timedelta(minutes=1), "1 minute ago"),
            (timedelta(hours=23, minutes=59), "23 hours ago"),
            (timedelta(days=2), "2 days ago"),
        ],
    )
    def test_age(self, age: timedelta, words: str) -> None:
        assert wording.ago(age) == words
