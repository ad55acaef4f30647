from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.sla_risk.evaluate import (
    RiskScores,
    at_thresholds,
    beats,
    calibration_error,
    coverage_by,
    score,
    score_by,
)

GOOD = RiskScores(rows=9, breach_rate=0.5, mean_probability=0.5, auc=0.9, brier=0.1, calibration_error=0.0)
POOR = replace(GOOD, auc=0.6, brier=0.2)


class TestScore:
    def test_agrees_with_figures_computed_by_hand(self) -> None:
        scores = score(np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.1, 0.4, 0.5, 0.9]))

        assert scores.auc == 0.75
        assert scores.brier == pytest.approx((0.01 + 0.36 + 0.25 + 0.01) / 4)
        assert (scores.rows, scores.breach_rate) == (4, 0.5)
        assert scores.mean_probability == pytest.approx(0.475)

    def test_weighs_rows(self) -> None:
        scores = score(np.array([0.0, 1.0]), np.array([0.0, 0.0]), np.array([3.0, 1.0]))

        assert (scores.breach_rate, scores.brier) == (0.25, 0.25)

    def test_has_no_auc_where_all_breached(self) -> None:
        assert score(np.ones(3), np.full(3, 0.8)).auc is None

    def test_is_taken_by_group(self) -> None:
        table = score_by([1, 2, 1], np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.5, 0.2]))

        assert table["rows"].to_dict() == {1: 2, 2: 1}
        assert table["brier"].to_dict() == pytest.approx({1: 0.02, 2: 0.25})


class TestCalibrationError:
    @given(st.integers(1, 200), st.floats(0, 1))
    def test_is_the_gap_where_all_are_told_the_same(self, rows: int, gap: float) -> None:
        assert calibration_error(np.zeros(rows), np.full(rows, gap)) == pytest.approx(gap)

    def test_does_not_let_gaps_of_unlike_tickets_cancel(self) -> None:
        breached = np.repeat([0.0, 1.0], 50)
        assert calibration_error(breached, np.repeat([0.2, 0.8], 50)) == pytest.approx(0.2)


class TestAtThresholds:
    def test_tells_precision_and_recall(self) -> None:
        table = at_thresholds(np.array([0.0, 1.0, 1.0, 0.0]), np.array([0.6, 0.7, 0.1, 0.2]), [0.5, 0.9])

        assert table.loc[0.5].to_dict() == {"flagged": 0.5, "precision": 0.5, "recall": 0.5}
        assert table["precision"].isna().tolist() == [False, True]
        assert table["recall"].tolist() == [0.5, 0.0]


class TestCoverageBy:
    def test_leaves_out_groups_of_few_tickets_whatever_their_rows(self) -> None:
        groups, tickets = pd.Series(["A", "A", "B", "B"]), pd.Series(["T1", "T2", "T3", "T3"])
        table = coverage_by(groups, tickets, np.array([True, False, True, True]), min_tickets=2)

        assert table.to_dict("index") == {"A": {"tickets": 2, "rows": 2, "coverage": 0.5}}


class TestBeats:
    @pytest.mark.parametrize(
        ("model", "baseline", "other_aucs", "wins"),
        [
            (GOOD, POOR, (), True),
            (GOOD, POOR, (None, 0.8), True),
            (GOOD, POOR, (0.9,), False),
            (GOOD, GOOD, (), False),
            (replace(GOOD, brier=0.3), POOR, (), False),
            (replace(GOOD, brier=0.199), POOR, (), False),
            (replace(GOOD, auc=0.5), POOR, (), False),
            (replace(GOOD, auc=None), POOR, (), False),
        ],
    )
    def test_asks_for_more_than_every_rival_has(
        self, model: RiskScores, baseline: RiskScores, other_aucs: tuple[float | None, ...], *, wins: bool
    ) -> None:
        assert beats(model, baseline, *other_aucs) is wins
