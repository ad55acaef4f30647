import numpy as np
import pandas as pd
import pytest

from ml.resolution_time import evaluate
from ml.resolution_time.evaluate import LAST_STEP


@pytest.fixture
def predictions() -> pd.DataFrame:
    """Three judged predictions, and one of a ticket that is still open."""
    return pd.DataFrame(
        {
            "priority": ["urgent", "urgent", "normal", "normal"],
            "status": "new",
            "step": [1, 2, LAST_STEP + 3, 1],
            "predicted_days": [10.0, 10.0, 10.0, 10.0],
            "baseline_days": [10.0, 14.0, 20.0, 10.0],
            "actual_days": [10.0, 14.0, 8.0, np.nan],
            "lower_80": [9.0, 9.0, np.nan, 9.0],
            "upper_80": [11.0, 11.0, np.nan, 11.0],
            "lower_90": [5.0, 5.0, np.nan, 5.0],
            "upper_90": [15.0, 15.0, np.nan, 15.0],
        }
    )


class TestEvaluate:
    def test_counts_what_is_known_to_have_ended(self, predictions: pd.DataFrame) -> None:
        overall = evaluate(predictions).overall.loc["all"]

        assert list(overall[["prefixes", "mae", "baseline_mae"]]) == [3.0, 2.0, 4.0]

    def test_measures_coverage_where_there_was_an_interval(self, predictions: pd.DataFrame) -> None:
        overall = evaluate(predictions).overall.loc["all"]

        assert list(overall[["held_80", "held_90", "width_80", "width_90"]]) == [0.5, 1.0, 2.0, 10.0]

    def test_tells_priorities_apart(self, predictions: pd.DataFrame) -> None:
        by_priority = evaluate(predictions).by_priority

        assert by_priority["mae"].to_dict() == {"normal": 2.0, "urgent": 2.0}
        assert by_priority["prefixes"].to_dict() == {"normal": 1, "urgent": 2}

    def test_takes_late_events_together(self, predictions: pd.DataFrame) -> None:
        assert evaluate(predictions).by_step.index.tolist() == [1, 2, LAST_STEP]

    def test_of_nothing_has_no_rows(self, predictions: pd.DataFrame) -> None:
        assert not len(evaluate(predictions.head(0)).overall)
