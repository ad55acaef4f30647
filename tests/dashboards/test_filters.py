from datetime import UTC, date, datetime, timedelta

import pytest

from dashboards.filters import DATES, PEOPLE, TICKETS, Filters, Period, granularity_for, period_dates

TODAY = date(2026, 3, 10)


class TestPeriodDates:
    def test_both_ends_are_included(self) -> None:
        assert period_dates(Period.WEEK, TODAY) == (date(2026, 3, 4), TODAY)

    @pytest.mark.parametrize("period", [Period.ALL, Period.CUSTOM])
    def test_no_preset_no_dates(self, period: Period) -> None:
        assert period_dates(period, TODAY) == (None, None)


class TestQueries:
    def test_only_what_was_chosen_is_asked_for(self) -> None:
        filters = Filters(date(2026, 1, 1), TODAY, department="R&D", workflow_id=3)
        assert filters.query((*DATES, *TICKETS)) == {
            "start_date": "2026-01-01",
            "end_date": "2026-03-10",
            "department": "R&D",
            "workflow_id": "3",
        }

    def test_what_an_endpoint_does_not_take_is_not_asked_for_and_can_be_told(self) -> None:
        filters = Filters(department="R&D", role="Network", user_id=7)
        assert filters.query(TICKETS) == {"department": "R&D"}
        assert filters.unused(TICKETS) == ["role", "user_id"]
        assert filters.unused((*TICKETS, *PEOPLE)) == []

    @pytest.mark.parametrize(
        ("filters", "compare"),
        [
            (Filters(date(2026, 3, 4), TODAY, is_compared=True), "previous"),
            (Filters(date(2026, 3, 4), TODAY), None),
            (Filters(start_date=TODAY, is_compared=True), None),
            (Filters(end_date=TODAY, is_compared=True), None),
        ],
    )
    def test_a_period_is_compared_when_both_its_days_are_known(
        self, filters: Filters, compare: str | None
    ) -> None:
        assert filters.compare == compare

    def test_trends_without_a_first_day_begin_with_a_monday(self) -> None:
        assert Filters(end_date=TODAY).trend_query(DATES) == {
            "start_date": "2025-03-10",
            "end_date": "2026-03-10",
            "granularity": "week",
        }

    def test_trends_without_a_last_day_run_to_today(self) -> None:
        start = datetime.now(UTC).date() - timedelta(days=200)
        assert Filters(start_date=start).trend_query(DATES) == {
            "start_date": start.isoformat(),
            "granularity": "week",
        }

    @pytest.mark.parametrize(
        ("days", "granularity"), [(92, "day"), (93, "week"), (400, "week"), (401, "month")]
    )
    def test_points_stay_readable(self, days: int, granularity: str) -> None:
        assert granularity_for(days) == granularity
