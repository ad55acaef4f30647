from datetime import UTC, date, datetime

import pytest

from dashboards.answers.tickets import Trends
from dashboards.frames import tickets as frames


def trends(days: list[str], granularity: str, start: str | None, end: str | None) -> Trends:
    points = [{"date": day, "created": 1, "resolved": 1, "backlog": 0} for day in days]
    return Trends.model_validate(
        {
            "publication_id": 1,
            "data_as_of": datetime(2026, 3, 11, 14, 30, tzinfo=UTC),
            "date_range": {"start_date": start, "end_date": end},
            "granularity": granularity,
            "summary": {"total_created": 1, "total_resolved": 1, "net": 0},
            "trends": points,
        }
    )


class TestTrendTable:
    @pytest.mark.parametrize(
        ("answer", "is_whole"),
        [
            (trends(["2026-03-10", "2026-03-11"], "day", None, None), [True, False]),
            (trends(["2026-03-02", "2026-03-09"], "week", None, None), [True, False]),
            (trends(["2026-02-23", "2026-03-02"], "week", "2026-02-25", "2026-03-08"), [False, True]),
            (trends(["2026-02-01", "2026-03-01"], "month", "2026-02-01", "2026-02-28"), [True, False]),
        ],
    )
    def test_a_period_cut_short_is_not_whole(self, answer: Trends, is_whole: list[bool]) -> None:
        assert frames.trend_table(answer)["is_whole"].tolist() == is_whole

    def test_month_ends(self) -> None:
        assert frames.period_end(date(2024, 2, 1), "month") == date(2024, 2, 29)

    def test_no_points_no_rows(self) -> None:
        assert frames.trend_table(trends([], "day", None, None)).empty
