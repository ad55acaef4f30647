from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from ml.sla_risk import RiskModel, predict_risk, top_factors
from ml.sla_risk.sets import LEVEL, holds
from tests.ml.sla_risk.desks import Desk


class TestPredictRisk:
    def test_rises_when_a_ticket_turns_worse(
        self, model: RiskModel, later: Desk, later_features: pd.DataFrame
    ) -> None:
        risk = predict_risk(model, later.log, later_features)
        before = risk["probability"].groupby(risk["ticket"]).shift()
        waits = later.log.rows["status"] == "waiting"

        assert (risk["probability"] > before)[waits].mean() > 0.95

    def test_has_sets_that_hold_as_often_as_promised(
        self, model: RiskModel, later: Desk, later_features: pd.DataFrame
    ) -> None:
        risk = predict_risk(model, later.log, later_features)
        is_open = (later.log.rows["status"] != "resolved").to_numpy()
        held = holds(risk, later.breached)[is_open]
        both = risk.loc[is_open, ["may_breach", "may_be_met"]].all(axis=1)

        # Five hundred tickets, whose rows are held or missed together.
        assert held.mean() >= LEVEL - 0.05
        assert both.mean() < 0.9

    def test_answers_for_the_events_asked_for(
        self, model: RiskModel, later: Desk, later_features: pd.DataFrame
    ) -> None:
        complete = predict_risk(model, later.log, later_features)
        some = predict_risk(model, later.log, later_features.iloc[[7, 3]])

        pd.testing.assert_frame_equal(some, complete.iloc[[7, 3]])

    def test_rules_nothing_out_when_it_falls_back(
        self, model: RiskModel, later: Desk, later_features: pd.DataFrame
    ) -> None:
        fallback = RiskModel(model.baseline, model.vocabulary, model.trained_until)
        risk = predict_risk(fallback, later.log, later_features)

        assert risk["probability"].nunique() == 2
        assert risk[["may_breach", "may_be_met"]].all(axis=None)
        assert top_factors(fallback, later_features).empty


class TestTopFactors:
    def test_name_what_the_rule_reads(self, model: RiskModel) -> None:
        random = np.random.default_rng(1)
        seen = random.random((600, 3))
        rule = HistGradientBoostingClassifier(random_state=0).fit(seen, seen[:, 1] > 0.7)
        ruled = replace(
            model,
            estimator=rule,
            columns=("noise", "cause", "more noise"),
            typical=dict.fromkeys(("noise", "cause", "more noise"), 0.5),
        )
        tickets = pd.DataFrame({"noise": [0.9, 0.1], "cause": [0.95, 0.1], "more noise": [0.2, 0.8]})
        factors = top_factors(ruled, tickets)
        first = factors.iloc[0]

        assert (first["event"], first["feature"]) == (0, "cause")
        assert first["effect"] > 3
        assert factors["effect"].abs()[1:].max() < first["effect"] / 3

    def test_are_the_change_in_log_odds(self, model: RiskModel, later_features: pd.DataFrame) -> None:
        event = later_features.iloc[[5]]
        factor = top_factors(model, event).iloc[0]
        usual = event.assign(**{str(factor["feature"]): factor["typical"]})
        odds = [model.log_odds(each[list(model.columns)].to_numpy()) for each in (event, usual)]

        assert factor["effect"] == pytest.approx((odds[0] - odds[1])[0])
        assert factor["value"] == event[factor["feature"]].iloc[0]

    def test_come_largest_first_for_every_event(self, model: RiskModel, later_features: pd.DataFrame) -> None:
        factors = top_factors(model, later_features.iloc[:30], count=4)
        by_event = factors.assign(size=factors["effect"].abs()).groupby("event")["size"]

        assert factors["rank"].max() == 4
        assert set(factors["event"]) == set(later_features.index[:30])
        assert by_event.apply(lambda sizes: sizes.is_monotonic_decreasing).all()

    def test_leave_out_what_is_typical(self, model: RiskModel) -> None:
        typical = pd.DataFrame([model.typical])
        blind = replace(model, typical=dict.fromkeys(model.columns, np.nan))

        assert top_factors(model, typical).empty
        assert not top_factors(blind, typical).empty
