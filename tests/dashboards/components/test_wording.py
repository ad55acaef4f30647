from datetime import UTC, date, datetime, timedelta

import pytest
from babel import Locale

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

    def test_a_day_of_the_week_has_a_name(self) -> None:
        assert wording.fact("opening_weekday", 4) == "weekday it came Friday"
        assert wording.fact("weekday", None) == "weekday n/a"
        assert wording.fact("opening_hour", 9) == "hour it came 9"

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


class TestLocales:
    @pytest.fixture(autouse=True)
    def _locale(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wording, "reader_locale", lambda: Locale.parse(request.param))

    @pytest.mark.parametrize(
        ("_locale", "told"),
        [
            ("en_GB", ("24,918", "1,234.5", "5 Mar 2026", "DD/MM/YYYY")),
            ("en_US", ("24,918", "1,234.5", "Mar 5, 2026", "MM/DD/YYYY")),
            ("de", ("24.918", "1.234,5", "05.03.2026", "DD.MM.YYYY")),
            ("ja", ("24,918", "1,234.5", "2026/03/05", "YYYY/MM/DD")),
        ],
        indirect=["_locale"],
    )
    def test_numbers_and_days(self, told: tuple[str, str, str, str]) -> None:
        day = date(2026, 3, 5)
        shown = (wording.count(24_918), wording.number(1234.5), wording.day(day), wording.day_form())
        assert shown == told

    @pytest.mark.parametrize("_locale", ["de", "fa", "th", "hi", "ar_EG"], indirect=True)
    def test_forms_are_those_that_fields_know(self) -> None:
        mark = next(each for each in wording.day_form() if not each.isalpha())
        assert mark in "./-"
        assert sorted(wording.day_form().split(mark)) == ["DD", "MM", "YYYY"]

    @pytest.mark.parametrize("_locale", ["de"], indirect=True)
    def test_charts_name_days_from_sundays_on(self) -> None:
        forms = wording.time_forms()
        assert forms["days"][0] == "Sonntag"
        assert forms["months"][2] == "März"
        assert wording.number_forms()["decimal"] == ","

    @pytest.mark.parametrize("_locale", ["de"], indirect=True)
    def test_instants_are_of_utc(self) -> None:
        moment = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
        assert wording.instant(moment) == "5. März 2026, 23:30 UTC"
