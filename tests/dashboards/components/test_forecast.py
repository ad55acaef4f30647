from datetime import UTC, datetime
from typing import Any

import pytest

from dashboards.answers.forecasts import VolumeForecast
from dashboards.components.forecast import describe_quality


@pytest.fixture
def answer() -> dict[str, Any]:
    return {
        "publication_id": 1,
        "data_as_of": datetime(2026, 3, 10, tzinfo=UTC),
        "granularity": "daily",
        "summary": {"confidence_level": 0.9},
        "historical_data": [],
        "forecasts": [],
        "model": {"name": "combination", "train_start": None, "train_end": None},
        "quality": {"wape": 0.2, "coverage": {"0.90": 0.914, "0.95": 0.96}, "coverage_days": 112},
        "warnings": [],
        "fallback": False,
    }


class TestDescribeQuality:
    def test_error_and_the_coverage_of_the_band_shown(self, answer: dict[str, Any]) -> None:
        assert describe_quality(VolumeForecast(**answer)) == (
            "Predicted by the mean of several models. In backtests it was off by **20\u00a0%**, "
            "and its 90\u00a0% band held **91.4\u00a0%** of 112 days."
        )

    def test_a_baseline_admits_to_being_one(self, answer: dict[str, Any]) -> None:
        answer |= {"fallback": True, "model": answer["model"] | {"name": "seasonal_naive"}}
        words = describe_quality(VolumeForecast(**answer))
        assert words.startswith("Predicted by repeating last week, because no model did clearly better.")

    def test_a_history_too_short_to_judge_by(self, answer: dict[str, Any]) -> None:
        answer["quality"] = {"wape": None, "coverage": {}}
        assert "too little history" in describe_quality(VolumeForecast(**answer))

    def test_a_sum_has_no_backtest_of_its_own(self, answer: dict[str, Any]) -> None:
        answer |= {"quality": None, "model": answer["model"] | {"name": "prophet + weekday_mean"}}
        words = describe_quality(VolumeForecast(**answer))
        assert "Prophet and the weekday means of the last 4 weeks" in words
        assert "sum of several forecasts" in words
