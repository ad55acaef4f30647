from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from ml.events import EventLog
from ml.sla_risk import RiskModel, build_features, fit_risk, predict_risk
from ml.sla_risk.evaluate import score
from tests.ml.sla_risk.desks import CUT, Desk, busy_desk, hour, log_of, outcomes_of

NOBODY = log_of([("T", 0, 0, "new")]).until(hour(-1))


def fit_again(desk: Desk) -> RiskModel:
    return fit_risk(desk.log, desk.outcomes, cut=CUT, resting=["resolved"])


class TestFitRisk:
    def test_learns_the_planted_rule(
        self, model: RiskModel, later: Desk, later_features: pd.DataFrame
    ) -> None:
        risk = predict_risk(model, later.log, later_features)
        third = (risk["position"] == 3).to_numpy()
        waits = third & (later.log.rows["status"] == "waiting").to_numpy()
        chance = later.log.rows["ticket"].map(later.chance)
        gap = (risk["probability"] - chance)[waits].abs().mean()
        rate = model.baseline.predict(later.log.rows[waits])

        assert not model.fallback
        assert not model.warnings
        assert gap < np.abs(rate - chance[waits]).mean() * 2 / 3

    def test_is_calibrated_on_new_tickets(
        self, model: RiskModel, later: Desk, later_features: pd.DataFrame
    ) -> None:
        risk = predict_risk(model, later.log, later_features)
        first = (risk["position"] == 1).to_numpy()
        said = risk["probability"].to_numpy(dtype=np.float64)
        scores = score(later.breached[first], said[first])
        # Ten bins of fifty tickets are off by chance; the rule's own chances are off by so much.
        chance = np.array(later.log.rows["ticket"].map(later.first_chance), dtype=np.float64)
        of_rule = score(later.breached[first], chance[first])

        assert scores.calibration_error < of_rule.calibration_error + 0.04
        assert scores.mean_probability == pytest.approx(scores.breach_rate, abs=0.05)

    def test_finds_nothing_in_shuffled_outcomes(self) -> None:
        desk = busy_desk(400)
        dealt = np.random.default_rng(1).permutation(desk.outcomes["breached"].to_numpy())
        model = fit_again(replace(desk, outcomes=desk.outcomes.assign(breached=dealt)))

        assert model.fallback
        assert model.quality["auc"] == pytest.approx(0.5, abs=0.08)
        assert "hardly more of tickets than their priority" in model.warnings[0]

    def test_is_the_same_from_the_same_and_whatever_comes_later(self, desk: Desk, model: RiskModel) -> None:
        known = desk.outcomes[desk.outcomes["known_at"] <= CUT]
        before = fit_risk(desk.log.until(CUT), known, cut=CUT, resting=["resolved"])
        features = build_features(desk.log.until(CUT), known, before.vocabulary)
        risk, again = (predict_risk(each, desk.log, features) for each in (before, model))

        assert (before.limits, before.quality) == (model.limits, model.quality)
        pd.testing.assert_frame_equal(risk, again, check_exact=True)

    def test_does_not_need_attributes(self) -> None:
        desk = busy_desk(400)
        model = fit_again(replace(desk, log=EventLog(desk.log.rows)))

        risk = predict_risk(model, desk.log, build_features(desk.log, desk.outcomes, model.vocabulary))

        assert not model.baseline.by_priority
        assert model.quality["rows"] > 400
        assert risk["probability"].between(0, 1).all()

    def test_holds_nothing_but_the_estimator_and_plain_data(self, model: RiskModel) -> None:
        assert not [each.name for each in fields(model) if callable(getattr(model, each.name))]
        assert {type(limit) for limit in model.limits.by_position} == {float}
        assert set(model.typical) == set(model.columns)

    def test_tells_its_figures_beside_the_baselines(self, model: RiskModel) -> None:
        assert model.quality["auc"] > model.quality["baseline"]["auc"] + 0.05
        assert model.quality["brier"] < model.quality["baseline"]["brier"]


class TestFallback:
    @pytest.mark.parametrize(
        ("log", "outcomes", "lack"),
        [
            (NOBODY, outcomes_of({}), "0 tickets"),
            (log_of([("T", 0, 0, "new")]), outcomes_of({}), "0 tickets"),
            (log_of([("T", 0, 0, "new")]), outcomes_of({"T": (1.0, 5)}), "1 tickets"),
            (log_of([("T", 0, 0, "new")]), outcomes_of({"T": (0.0, 5)}), "0 tickets"),
        ],
        ids=["no tickets", "none is over", "one breached", "one met"],
    )
    def test_serves_the_rates_where_there_is_too_little(
        self, log: EventLog, outcomes: pd.DataFrame, lack: str
    ) -> None:
        model = fit_risk(log, outcomes, cut=hour(900))
        risk = predict_risk(model, log, build_features(log, outcomes, model.vocabulary))

        assert model.fallback
        assert lack in model.warnings[0]
        assert len(risk) == len(log.rows)
        assert risk["probability"].between(0, 1).all()

    @pytest.mark.parametrize("breached", [0.0, 1.0])
    def test_serves_the_rates_where_all_end_alike(self, desk: Desk, breached: float) -> None:
        model = fit_again(replace(desk, outcomes=desk.outcomes.assign(breached=breached)))

        assert model.fallback
        assert "50 are needed" in model.warnings[0]

    def test_is_told_where_breaches_came_at_one_time(self) -> None:
        desk = busy_desk(900)
        # Fewer than an eighth of the tickets, all of them in the first days.
        outcomes = desk.outcomes.assign(breached=(desk.outcomes.index < "T00060").astype(float))
        model = fit_again(replace(desk, outcomes=outcomes))

        assert model.fallback
        assert "came at one time" in model.warnings[0]
